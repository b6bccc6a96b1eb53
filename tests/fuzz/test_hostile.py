"""Hostile messages by the ten thousand at the real assistant: none unanswered, no 5xx, and it is well afterwards.

HOSTILE_MESSAGES says how many (50,000), HOSTILE_SEED which ones, HOSTILE_AT_ONCE how many at a time (8).
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz.hostile import bodies
from tests.real import Real

pytestmark = pytest.mark.slow

MESSAGES = int(os.environ.get("HOSTILE_MESSAGES") or 50_000)
SEED = int(os.environ.get("HOSTILE_SEED") or 1)
AT_ONCE = int(os.environ.get("HOSTILE_AT_ONCE") or 8)
BLOCK = 1_000


def test_no_message_stays_unanswered(tmp_path: Path):
    statuses: Counter = Counter()
    with Real(tmp_path) as real, ThreadPoolExecutor(AT_ONCE) as people:
        def send(body: bytes) -> None:
            answer = real.call("POST", "/api/messages", body, {"Content-Type": "application/json"})
            statuses[answer.status] += 1
            assert answer.status in (200, 400, 401, 413), (answer.status, body[:300], answer.raw[:300])
            assert answer.texts and all(text.strip() for text in answer.texts), body[:300]

        source = bodies(SEED)
        for block in range(0, MESSAGES, BLOCK):
            list(people.map(send, islice(source, min(BLOCK, MESSAGES - block))))
            print(f"{block + BLOCK:,} of {MESSAGES:,}: {dict(statuses)}", flush=True)
        assert sum(statuses.values()) == MESSAGES
        assert real.missing() == []
        last = real.say("can they search me?")
        assert last.body["messages"][0]["custom"]["topic"] == "powers_search"
        log = real.rasa.log.read_text(encoding="utf-8", errors="replace")
        assert "a turn failed" not in log, log[log.find("a turn failed"):][:2_000]
