"""How much the channel adds to Rasa's own answer time: `PYTHONPATH=. python tests/telegram/telegram_bench.py`.

One person asks, waits for the answer, asks again; from the moment at which Telegram has the question
to the moment at which Telegram has the answer, less what the same question takes at Rasa directly.
With PCSO_RASA_URL the real Rasa is asked, else the stand-in.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent))

from telegram_bot_api import BotApi  # noqa: E402
from telegram_people import Person  # noqa: E402
from telegram_process import ChannelProcess  # noqa: E402
from telegram_rasa import StandIn  # noqa: E402

QUESTIONS = 200
QUESTION = "Can a PCSO search me?"


def main() -> None:
    api, stand_in = BotApi(), StandIn()
    api.served.start()
    stand_in.served.start()
    rasa = os.environ.get("PCSO_RASA_URL", stand_in.url).rstrip("/")
    channel = ChannelProcess(Path(tempfile.mkdtemp()), api.url, rasa, api.new_token(), TELEGRAM_PERSON_LIMIT="100000").start()
    try:
        alone, through = direct(rasa), telegram(api, Person(api, channel.token))
    finally:
        channel.stop()
        channel.close()
    for name, times in (("Rasa directly", alone), ("through Telegram", through)):
        print(f"{name:17} p50 {1000 * statistics.median(times):6.1f} ms   p95 {1000 * statistics.quantiles(times, n=20)[-1]:6.1f} ms")
    print(f"the channel adds  p50 {1000 * (statistics.median(through) - statistics.median(alone)):6.1f} ms")


def direct(rasa: str) -> list[float]:
    times = []
    with httpx.Client(trust_env=False, timeout=30) as client:
        for _ in range(QUESTIONS):
            begun = time.perf_counter()
            client.post(f"{rasa}/webhooks/rest/webhook", json={"sender": "tg-bench", "message": QUESTION}).raise_for_status()
            times.append(time.perf_counter() - begun)
    return times


def telegram(api: BotApi, person: Person) -> list[float]:
    times = []
    for number in range(QUESTIONS):
        time.sleep(0.04)  # within 30 messages a second, so that the limiter isn't what is measured
        begun = time.monotonic()
        person.says(QUESTION)
        times.append(person.hears(number + 1)[number]["at"] - begun)
    return times


if __name__ == "__main__":
    main()
