"""`make soak`: people on the web and on Telegram, and a fault every minute; nothing lost, nothing doubled, nobody unanswered.

SOAK_MINUTES (30), SOAK_PEOPLE (12), SOAK_FAULT_SECONDS (60), SOAK_SEED (1) and SOAK_PAUSE_SECONDS (2, between a person's messages).
Ends with a page of figures; the exit code is 1 where the contract was broken.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from processes.keeper import Keeper
from tests.faults.people import Record, TelegramPerson, WebPerson, compare
from tests.real import Real, until
from tools.fake_telegram.server import BotApi

PAUSED_SECONDS = 10
LOCKED_SECONDS = 8
HEAL_SECONDS = 300


def _setting(name: str, default: str) -> float:
    return float(os.environ.get(name) or default)


class Faults:
    """What can go wrong, each as a method without arguments; `heal` undoes what would last."""

    def __init__(self, real: Real, api: BotApi):
        self._real, self._api = real, api

    def all(self) -> dict[str, Callable[[], None]]:
        """Name → fault."""
        real = self._real
        faults = {f"kill -9 {part.name}": lambda part=part: real.kill(part) for part in real.stack.parts}
        for part in (real.actions, real.rasa, real.door):
            faults[f"{part.name} stands still"] = lambda part=part: self._pause(part)
        faults["database locked"] = self._lock
        faults["everything killed at once"] = lambda: [real.kill(part) for part in real.stack.parts]
        faults["Telegram refuses"] = lambda: self._api.fault("sendMessage", status=502, times=5)
        return faults

    def _pause(self, part) -> None:
        self._real.pause(part)
        time.sleep(PAUSED_SECONDS)
        self._real.resume(part)

    def _lock(self) -> None:
        other = sqlite3.connect(self._real.database, timeout=5, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED_SECONDS)
        except sqlite3.OperationalError:
            pass  # busy: somebody else has it just now
        finally:
            other.close()


def soak(minutes: float, people: int, fault_seconds: float, seed: int, pause: float, say: Callable[[str], None]) -> Record:
    """Runs it all; the record says what came of it."""
    api, record, stop = BotApi(), Record(), threading.Event()
    api.served.start()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, Real(Path(folder), api) as real:
        keeper = Keeper(real.stack.parts, real.stack.launch, lambda line: record.count("parts started again"))
        watching = threading.Event()

        def watch() -> None:
            while not watching.wait(0.5):
                keeper.look()

        threading.Thread(target=watch, daemon=True).start()
        crowd = [WebPerson(real, record, stop, seed * 1000 + number, pause) if number % 3 else
                 TelegramPerson(real, api, record, stop, seed * 1000 + number, pause) for number in range(people)]
        for person in crowd:
            person.start()
        _play_faults(Faults(real, api).all(), minutes * 60, fault_seconds, random.Random(seed), record, say)
        stop.set()
        until(lambda: not real.missing(), HEAL_SECONDS)
        say("all parts are well again; reading every conversation back …")
        for person in crowd:
            person.join(HEAL_SECONDS)
            if person.is_alive():
                record.wrong("somebody is still waiting for an answer")
        compare(real, record)
        watching.set()
    api.served.stop()
    return record


def _play_faults(faults: dict[str, Callable[[], None]], seconds: float, every: float, chance: random.Random, record: Record,
                 say: Callable[[str], None]) -> None:
    begun, names = time.monotonic(), []
    while time.monotonic() - begun + every < seconds:
        time.sleep(every)
        if not names:
            names = chance.sample(sorted(faults), len(faults))
        name = names.pop()
        with record.lock:
            answered = record.counts["status 200"] + record.counts["Telegram answers"]
        say(f"{time.monotonic() - begun:5.0f} s  {answered:5} answered, {record.counts['violations']} violations; now: {name}")
        record.count("faults")
        faults[name]()
    time.sleep(max(0.0, seconds - (time.monotonic() - begun)))


def main() -> int:
    """`make soak`."""
    minutes = _setting("SOAK_MINUTES", "30")
    record = soak(minutes, int(_setting("SOAK_PEOPLE", "12")), _setting("SOAK_FAULT_SECONDS", "60"), int(_setting("SOAK_SEED", "1")),
                  _setting("SOAK_PAUSE_SECONDS", "2"), lambda line: print(line, flush=True))
    for what, count in sorted(record.counts.items()):
        print(f"{count:7} {what}")
    if record.seconds:
        cuts = statistics.quantiles(record.seconds, n=100) if len(record.seconds) > 1 else record.seconds * 99
        print(f"seconds until answered, all tries included: p50 {cuts[49]:.2f}, p95 {cuts[94]:.2f}, longest {max(record.seconds):.1f}")
    for violation in record.violations[:20]:
        print(f"VIOLATION: {violation}")
    print("Every accepted message was answered by the contract, none lost, none doubled." if not record.violations
          else "The contract was broken.")
    return 1 if record.violations else 0


if __name__ == "__main__":
    sys.exit(main())
