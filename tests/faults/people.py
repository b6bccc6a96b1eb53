"""People under load: each asks, tries again as the widget does, and keeps a record of what was accepted."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.real import Answer, Real
from tools.fake_telegram.people import Person

QUESTIONS = ("can they search me?", "what does a PCSO do?", "and in Dorset?", "how do I become one", "whats the pay in derbyshire",
             "can they arrest people and how much do they earn", "hello", "thanks", "i live in Derby", "asdfgh",
             "can they fine me for litter", "who is my local pcso DE1 2AB", "my name is Jane Doe, do they carry handcuffs?",
             "how do derbyshire and dorset differ on detaining people")
DANGER = ("help he's got a knife", "someone is breaking in right now", "my mum isn't breathing")
DANGER_SHARE = 0.1
# A person tries again for so long; a Rasa that is started anew needs a minute on a busy machine.
PATIENCE_SECONDS = 300
RETRY_SECONDS = 1.0


@dataclass
class Record:
    """What came of everything; shared by all people, `lock` guards it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    # conversation token → ids and reply ids of accepted messages, in order
    accepted: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def wrong(self, what: str) -> None:
        with self.lock:
            self.counts["violations"] += 1
            self.violations.append(what)


def check(answer: Answer, text: str, record: Record) -> bool:
    """Holds one answer to the contract; True where the message was accepted."""
    record.count(f"status {answer.status}")
    if answer.status == 200:
        messages = answer.body["messages"]
        if not messages or not all(message["text"] for message in messages):
            record.wrong(f"silence for {text!r}")
        elif text in DANGER and not (messages[0]["custom"]["emergency"] and "999" in messages[0]["text"][:200]):
            record.wrong(f"no 999 first for {text!r}: {messages[0]['text'][:80]!r}")
        return True
    if answer.headers["content-type"] != "application/problem+json" or answer.status not in (429, 503):
        record.wrong(f"{answer.status} for {text!r}: {answer.raw[:100]!r}")
    elif not all(number in answer.body["detail"] for number in ("999", "101")):
        record.wrong(f"a {answer.status} without 999 and 101")
    elif text in DANGER:
        record.wrong(f"danger was refused with {answer.status}")
    return False


class WebPerson(threading.Thread):
    """Chats through the door until `stop`; now and then a new conversation."""

    def __init__(self, real: Real, record: Record, stop: threading.Event, seed: int, pause: float):
        super().__init__(daemon=True)
        self._real, self._record, self._stop_asked, self._pause = real, record, stop, pause
        self._chance = random.Random(seed)
        self._token: str | None = None

    def run(self) -> None:
        while not self._stop_asked.is_set():
            if self._chance.random() < 0.1:
                self._token = None
            text = self._chance.choice(DANGER if self._chance.random() < DANGER_SHARE else QUESTIONS)
            self._ask(text)
            time.sleep(self._chance.expovariate(1 / self._pause))

    def _ask(self, text: str) -> None:
        message, begun = str(uuid.uuid4()), time.monotonic()
        while time.monotonic() - begun < PATIENCE_SECONDS:
            try:
                answer = self._real.say(text, self._token, id=message)
            except (OSError, ValueError):  # the door is dead: the widget says 999 then, and tries again
                self._record.count("no connection")
            else:
                if check(answer, text, self._record):
                    self._keep(message, answer, time.monotonic() - begun)
                    return
            time.sleep(RETRY_SECONDS)
        self._record.wrong(f"never answered within {PATIENCE_SECONDS} s: {text!r}")

    def _keep(self, message: str, answer: Answer, seconds: float) -> None:
        former, self._token = self._token, answer.body["conversation"]
        with self._record.lock:
            self._record.seconds.append(seconds)
            turns = self._record.accepted.pop(former, []) if former else []
            turns.append((message, [reply["id"] for reply in answer.body["messages"]]))
            self._record.accepted[self._token] = turns


class TelegramPerson(threading.Thread):
    """Sends one message after another, and waits for each answer."""

    def __init__(self, real: Real, api: Any, record: Record, stop: threading.Event, seed: int, pause: float):
        super().__init__(daemon=True)
        self._person, self._api = Person(api, real.token), api
        self._record, self._stop_asked, self._pause = record, stop, pause
        self._chance = random.Random(seed)

    def run(self) -> None:
        heard = 0
        while not self._stop_asked.is_set():
            text = self._chance.choice(DANGER if self._chance.random() < DANGER_SHARE
                                       else ("hello", "what does a PCSO do?", "can they search me?"))
            begun = time.monotonic()
            self._person.says(text)
            try:
                self._person.hears(heard + 1, PATIENCE_SECONDS)
            except AssertionError:
                self._record.wrong(f"Telegram never answered {text!r}")
                continue
            self._record.count("Telegram answers")
            time.sleep(max(1.0, self._chance.expovariate(1 / self._pause)))  # what belongs to it, or comes twice, has come too
            told = [message["text"] for message in self._api.to(self._person.chat)[heard:]]
            heard += len(told)
            if len(set(told)) < len(told):
                self._record.count("Telegram letters sent twice")
            if text in DANGER and "999" not in told[0][:200]:
                self._record.wrong(f"Telegram: no 999 first for {text!r}")
            with self._record.lock:
                self._record.seconds.append(time.monotonic() - begun)


def compare(real: Real, record: Record) -> None:
    """Reads every conversation back: what was accepted is there once, in order, with the very replies that were given."""
    for token, turns in record.accepted.items():
        kept = real.history(token)
        asked = [message["id"] for message in kept if message["from"] == "person"]
        replies = [message["id"] for message in kept if message["from"] == "assistant"]
        for message, given in turns:
            if asked.count(message) != 1:
                record.wrong(f"accepted message is there {asked.count(message)} times")
            elif any(replies.count(reply) != 1 for reply in given):
                record.wrong("a reply that was given isn't kept, or is kept twice")
        mine = [message for message, _ in turns]
        if [message for message in asked if message in set(mine)] != mine:
            record.wrong("messages are kept in another order than they were accepted in")
        record.count("conversations compared")
