"""How much the Telegram channel adds to Rasa's own answer time: real processes, a Bot API server of ours.

One person asks, waits for the answer, asks again: from the moment at which Telegram has the question
to the moment at which it has the answer, less what the same question takes at Rasa directly. The
machine is noisy, so both ways take turns, block by block. The door's Python:
`PYTHONPATH=. .venv/door/bin/python -m tools.bench_telegram`.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from processes.ports import free_port
from processes.stack import ROOT, Stack, StackError, action_server, rasa, telegram
from tools.fake_telegram.people import Person
from tools.fake_telegram.server import BotApi

GOAL_MS = 15.0
QUESTIONS = ["Can a PCSO search me?", "and in Dorset?", "What do they earn?", "Are you recruiting?"]
BLOCK = 20
# Telegram lets a bot send 30 messages a second: what its limiter takes is not the channel's time.
PAUSE_SECONDS = 0.04
RESULT = ROOT / "results" / "bench" / "telegram.json"


def main() -> int:
    """Prints the times and writes results/bench/telegram.json."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=200, help="messages on each way")
    options = parser.parse_args()
    api = BotApi()
    api.served.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = _measure(api, Path(folder), options.messages)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        api.served.stop()
    _show(result)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2), encoding="utf-8")
    print(f"Written: {RESULT.relative_to(ROOT)}")
    return 0


def _measure(api: BotApi, folder: Path, messages: int) -> dict[str, object]:
    actions_port, port, token = free_port(), free_port(), api.new_token()
    channel = telegram(port, free_port())
    channel.environment |= {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": api.url, "TELEGRAM_PERSON_LIMIT": "1000000",
                            "SECRET_KEY": secrets.token_hex(32), "DATABASE_URL": f"sqlite:///{folder}/telegram.db"}
    parts = [action_server(actions_port), rasa(port, actions_port), channel]
    with Stack(parts, ROOT / ".state" / "logs" / "bench", {"DATABASE_URL": f"sqlite:///{folder}/rasa.db"}, say=print):
        person, times = Person(api, token), {"direct": [], "telegram": []}
        _directly(port, BLOCK)
        _through(person, BLOCK)
        before = _stages(channel.ready_url)
        while len(times["direct"]) < messages:
            times["direct"] += _directly(port, BLOCK)
            times["telegram"] += _through(person, BLOCK)
        after = _stages(channel.ready_url)
    (ROOT / ".state" / f"telegram-{token.split(':')[0]}.lock").unlink(missing_ok=True)
    stages = {name: 1000 * (after[name][0] - before[name][0]) / (after[name][1] - before[name][1])
              for name in after if after[name][1] > before[name][1]}
    ways = {name: {"p50 ms": 1000 * statistics.median(found), "p95 ms": 1000 * statistics.quantiles(found, n=20)[-1]}
            for name, found in times.items()}
    return {"ways": ways, "added p50 ms": ways["telegram"]["p50 ms"] - ways["direct"]["p50 ms"], "goal ms": GOAL_MS,
            "stages, mean ms": stages}


def _directly(port: int, count: int) -> list[float]:
    times, sender = [], secrets.token_hex(8)
    with httpx.Client(trust_env=False, timeout=60) as client:
        for number in range(count):
            time.sleep(PAUSE_SECONDS)
            body = {"sender": sender, "message": QUESTIONS[number % len(QUESTIONS)]}
            begun = time.monotonic()
            client.post(f"http://127.0.0.1:{port}/webhooks/rest/webhook", json=body).raise_for_status()
            times.append(time.monotonic() - begun)
    return times


def _through(person: Person, count: int) -> list[float]:
    times = []
    for number in range(count):
        time.sleep(PAUSE_SECONDS)
        seen, begun = len(person.api.to(person.chat)), time.monotonic()
        person.says(QUESTIONS[number % len(QUESTIONS)])
        times.append(person.hears(seen + 1, 60)[seen]["at"] - begun)
    return times


def _stages(url: str) -> dict[str, tuple[float, int]]:
    """Seconds and count of each stage, from the channel's /metrics."""
    text = httpx.get(url, trust_env=False).text
    found = re.findall(r'^pcso_telegram_seconds_(sum|count)\{stage="(\w+)"\} (\S+)$', text, re.MULTILINE)
    values = {(kind, stage): float(value) for kind, stage, value in found}
    return {stage: (values["sum", stage], int(values["count", stage])) for kind, stage in values if kind == "sum"}


def _show(result: dict) -> None:
    for name, title in (("direct", "Rasa directly"), ("telegram", "through Telegram")):
        way = result["ways"][name]
        print(f"{title:17} p50 {way['p50 ms']:6.1f} ms   p95 {way['p95 ms']:6.1f} ms")
    print(f"the channel adds  p50 {result['added p50 ms']:6.1f} ms   (goal: at most {GOAL_MS:.0f} ms)")
    print("mean of its stages: " + ", ".join(f"{name} {value:.1f} ms" for name, value in result["stages, mean ms"].items()))


if __name__ == "__main__":
    sys.exit(main())
