"""Speed and memory beside a stock Rasa project, in one run on one machine, as ratios.

The machine is noisy, so both are asked in turns, block by block, and only ratios are worth
keeping. The stock project is what `rasa init` makes, with Rasa's own REST channel.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Dict, List

from tools.stack import ENVIRONMENT, RASA_PYTHON, ROOT, Part, Stack, action_server, free_port, rasa

STOCK = ROOT / "results" / "bench" / "stock"
BLOCKS = 6
STOCK_MESSAGES = ["hello", "i am sad", "yes", "bye", "are you a bot?", "that was great", "no", "good morning"]
OUR_MESSAGES = ["hello", "can a pcso detain me?", "and in dorset?", "are you recruiting", "what do they earn", "is derby covered by you",
                "what about searching my bag", "thanks"]


def main() -> int:
    """Prints the table and writes results/bench/latest.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=60, help="messages a block and person")
    parser.add_argument("--people", type=int, nargs="+", default=[1, 16])
    options = parser.parse_args()
    results: Dict[str, Dict[str, float]] = {"stock": {}, "ours": {}}
    _stock_project(results)
    with tempfile.TemporaryDirectory() as folder:
        ours_port, stock_port, actions_port = free_port(), free_port(), free_port()
        ours, stock = rasa(ours_port, actions_port), _stock(stock_port)
        parts = [action_server(actions_port), ours, stock]
        environment = {"DATABASE_URL": f"sqlite:///{folder}/bench.db"}
        with Stack(parts, ROOT / ".state" / "logs" / "bench", environment, say=print):
            targets = {"ours": (ours_port, OUR_MESSAGES), "stock": (stock_port, STOCK_MESSAGES)}
            for port, messages in targets.values():
                _ask(port, messages, people=1, count=20)
            for people in options.people:
                times: Dict[str, List[float]] = {"ours": [], "stock": []}
                seconds = {"ours": 0.0, "stock": 0.0}
                for _ in range(BLOCKS):
                    for name, (port, messages) in targets.items():
                        begun = time.perf_counter()
                        times[name] += _ask(port, messages, people, max(4, options.messages // people))
                        seconds[name] += time.perf_counter() - begun
                for name in targets:
                    found = sorted(times[name])
                    results[name][f"p50 ms, {people} at once"] = statistics.median(found) * 1e3
                    results[name][f"p95 ms, {people} at once"] = found[int(len(found) * 0.95)] * 1e3
                    results[name][f"messages a second, {people} at once"] = len(found) / seconds[name]
            for name, part in (("ours", ours), ("stock", stock)):
                results[name]["memory of the server, MB"] = _memory(part.process.pid) / 1e6
    _show(results)
    return 0


def _stock_project(results: Dict[str, Dict[str, float]]) -> None:
    """`rasa init`, trained once and kept until results/ is removed."""
    if not (STOCK / "models").exists():
        STOCK.mkdir(parents=True, exist_ok=True)
        print("Making and training the stock project (about two minutes) …", flush=True)
        begun = time.perf_counter()
        subprocess.run([str(RASA_PYTHON), "-m", "rasa", "init", "--no-prompt", "--init-dir", str(STOCK)], cwd=STOCK, check=True,
                       env={**os.environ, **ENVIRONMENT}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        results["stock"]["training, s"] = time.perf_counter() - begun
        (STOCK / "credentials.yml").write_text("rest:\n", encoding="utf-8")


def _stock(port: int) -> Part:
    model = next((STOCK / "models").glob("*.tar.gz"))
    command = [str(RASA_PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port), "--model", str(model),
               "--credentials", str(STOCK / "credentials.yml"), "--endpoints", str(STOCK / "endpoints.yml")]
    return Part("stock Rasa", command, port, "/webhooks/rest/")


def _ask(port: int, messages: List[str], people: int, count: int) -> List[float]:
    """Seconds of each round trip; every person has a conversation of their own."""
    times: List[float] = []

    def person() -> None:
        sender = uuid.uuid4().hex
        for number in range(count):
            body = json.dumps({"sender": sender, "message": messages[number % len(messages)]}).encode()
            request = urllib.request.Request(f"http://127.0.0.1:{port}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
            begun = time.perf_counter()
            with urllib.request.urlopen(request, timeout=60) as answer:
                json.load(answer)  # stock Rasa sometimes says nothing at all: that counts as a turn
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=person) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _memory(pid: int) -> int:
    """Resident bytes of a process and its children (Linux)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(fields["Pid"]) == pid or int(fields["PPid"]) == pid:
            total += int(fields.get("VmRSS", "0").split()[0]) * 1024
    return total


def _show(results: Dict[str, Dict[str, float]]) -> None:
    print(f"\n{'':34}{'stock':>12}{'ours':>12}{'ours / stock':>15}")
    for measure in results["ours"]:
        stock, ours = results["stock"][measure], results["ours"][measure]
        print(f"{measure:34}{stock:12.1f}{ours:12.1f}{ours / stock:15.2f}")
    target = ROOT / "results" / "bench" / "latest.json"
    target.write_text(json.dumps(results, indent=2), encoding="utf-8")
    print(f"\nWritten: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
