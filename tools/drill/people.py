"""The people: each comes, says where they live, asks a few things, and goes; on the widget or on Telegram."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from knowledge import Knowledge, look_up
from tools.drill.ledger import Ledger, Question
from tools.fake_telegram.people import Person
from tools.fake_telegram.server import BotApi

FORCES = ("derbyshire", "dorset", "kent")
TOPICS = ("powers_detain", "powers_search", "powers_arrest", "powers_fines", "recruitment_status", "recruitment_apply", "recruitment_pay",
          "duties_overview", "duties_patrol", "role_definition", "role_purpose")
EMERGENCIES = ("someone is breaking into my house right now", "my friend has collapsed and isn't breathing", "help he has a knife",
               "there's a fire in the flat next door and people are inside")
LEAST_QUESTIONS, MOST_QUESTIONS = 3, 8
DANGER_SHARE = 0.04
HAS_A_FORCE_SHARE = 0.7
# Longer than anybody waits; an answer that comes later still counts.
PATIENCE_SECONDS = 90.0
# As the widget does: a request that got no answer at all is sent again with the same id.
ATTEMPTS = 5
RETRY_SECONDS = 1.0


class Way(Protocol):
    """How a person reaches the assistant."""

    name: str

    async def ask(self, question: Question) -> None:
        """Returns once there is an answer, or nobody would wait any longer."""

    async def leave(self) -> None:
        """The visit is over."""


@dataclass
class Town:
    """What everybody in the drill shares. Once it is `over`, nobody asks anything more."""

    ledger: Ledger
    facts: Knowledge
    chance: random.Random
    think_seconds: float
    over: bool = False

    async def visit(self, way: Way) -> None:
        """One person, from the first word to the last."""
        force = await self._settle(way) if self.chance.random() < HAS_A_FORCE_SHARE else None
        for _ in range(self.chance.randint(LEAST_QUESTIONS, MOST_QUESTIONS)):
            await asyncio.sleep(self.think_seconds * self.chance.uniform(0.5, 1.5))
            if self.over:
                break
            if self.chance.random() < DANGER_SHARE:
                await way.ask(self.ledger.open(way.name, self.chance.choice(EMERGENCIES), "", danger=True))
            else:
                topic = self.chance.choice(TOPICS)
                await way.ask(self.ledger.open(way.name, self.facts.answers[topic].question, self.right(topic, force)))
        await way.leave()

    def right(self, topic: str, force: str | None) -> str:
        """Words that stand in the right answer and in no other."""
        return look_up(self.facts, topic, force).text.split("\n")[0]

    async def _settle(self, way: Way) -> str | None:
        """Says where they live; the force, if that was understood."""
        force = self.facts.forces[self.chance.choice(FORCES)]
        question = self.ledger.open(way.name, f"I live in {self.chance.choice(force.places[:3])}", force.name)
        await way.ask(question)
        return force.id if force.name in "".join(question.answers) else None


class OnWidget:
    """Somebody in the chat of a website, through the public door's API."""

    name = "widget"

    def __init__(self, ledger: Ledger, client: httpx.AsyncClient):
        self._ledger = ledger
        self._client = client
        self._token: str | None = None
        self._kept: dict[str, int] = {}  # answered messages by id: how many replies each got

    async def ask(self, question: Question) -> None:
        body: dict[str, Any] = {"message": question.text, "id": uuid.uuid4().hex}
        if self._token:
            body["conversation"] = self._token
        for _ in range(ATTEMPTS):
            try:
                answer = await self._client.post("/api/messages", json=body)
                break
            except httpx.TransportError:
                await asyncio.sleep(RETRY_SECONDS)
        else:
            return
        given = answer.json()
        if answer.status_code != 200:
            self._ledger.hear(question, given["detail"])
            return
        self._token = given["conversation"]
        self._kept[body["id"]] = len(given["messages"])
        for message in given["messages"]:
            self._ledger.hear(question, message["text"])

    async def leave(self) -> None:
        """Compares what the person saw with what the door has kept."""
        if not self._token:
            return
        try:
            answer = await self._client.get("/api/conversation", headers={"Authorization": f"Bearer {self._token}"})
            answer.raise_for_status()
        except httpx.HTTPError:
            return  # nothing can be said about this one
        messages = answer.json()["messages"]
        asked = [message["id"] for message in messages if message["from"] == "person"]
        replies = sum(message["from"] == "assistant" for message in messages)
        self._ledger.missing_from_history += len(set(self._kept) - set(asked)) + max(0, sum(self._kept.values()) - replies)
        self._ledger.doubled_in_history += len(asked) - len(set(asked)) + max(0, replies - sum(self._kept.values()))


class Mailbox:
    """Hands what the bot sends to the person it is for, in the drill's event loop."""

    def __init__(self, api: BotApi):
        self._readers: dict[int, Callable[[str], None]] = {}
        loop = asyncio.get_running_loop()
        api.on_sent = lambda message: loop.call_soon_threadsafe(self._deliver, message)

    def open(self, chat: int, reader: Callable[[str], None]) -> None:
        """`reader` gets each text sent to `chat`."""
        self._readers[chat] = reader

    def _deliver(self, message: dict[str, Any]) -> None:
        self._readers[message["chat"]["id"]](message["text"])


class OnTelegram:
    """Somebody in a private chat with the bot."""

    name = "Telegram"

    def __init__(self, ledger: Ledger, api: BotApi, token: str, mailbox: Mailbox):
        self._ledger = ledger
        self._person = Person(api, token)
        self._question: Question | None = None
        self._heard = asyncio.Event()
        mailbox.open(self._person.chat, self._hear)

    async def ask(self, question: Question) -> None:
        self._question = question
        self._heard.clear()
        self._person.says(question.text)
        try:
            await asyncio.wait_for(self._heard.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            return

    async def leave(self) -> None:
        """Nothing to do: a chat in Telegram stays open."""

    def _hear(self, text: str) -> None:
        self._ledger.hear(self._question, text)
        self._heard.set()
