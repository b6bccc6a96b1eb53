"""What all handlers share, and the two things they do: pass on replies, and say something themselves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from telegram import Update

from door.shared import InMemory
from door.telegram.assistant import Assistant
from door.telegram.drawing import draw, draw_words
from door.telegram.facts import Facts
from door.telegram.keyboards import feedback, quick_replies
from door.telegram.letters import Keyboard, Letter
from door.telegram.metrics import Metrics
from door.telegram.names import Names
from door.telegram.people import People
from door.telegram.post import Post
from door.telegram.reading import Sender, sender
from door.telegram.records import Answer, Kept, Records
from door.telegram.settings import TelegramSettings
from door.telegram.shelf import Shelf


@dataclass(frozen=True)
class Desk:
    """The parts of the channel, and what is done with them in many places."""

    settings: TelegramSettings
    assistant: Assistant
    post: Post
    people: People
    records: Records
    shelf: Shelf
    facts: Facts
    names: Names
    limits: InMemory
    metrics: Metrics

    def sender(self, update: Update) -> Sender | None:
        """See `reading.sender`."""
        return sender(update, self.names)

    async def ask(self, update: Update, asker: Sender, text: str, heading: str = "") -> None:
        """Asks Rasa and sends what it says; `heading` stands above the first answer."""
        async with self.post.typing(asker.place):
            replies = await self.assistant.ask(asker.conversation, text)
        await self.pass_on(update, asker, replies, heading)

    async def pass_on(self, update: Update, asker: Sender, replies: list[dict[str, Any]], heading: str = "") -> None:
        """Sends replies of the contract, each with its buttons under its last part."""
        letters: list[Letter] = []
        answers: list[Answer] = []
        payloads: dict[str, str] = {}
        for reply in replies:
            pages = draw(reply, heading if reply is replies[0] else "")
            keyboard, needed = quick_replies(reply.get("buttons") or [])
            payloads.update(needed)
            answer = _answer(reply["custom"])
            answers.append(answer)
            if answer.topic in self.facts.now.answers and not answer.emergency:
                keyboard.append(feedback(answer.id))
            letters += [Letter(asker.place, page.html, page.plain) for page in pages[:-1]]
            letters.append(Letter(asker.place, pages[-1].html, pages[-1].plain, keyboard))
        await self.post.send(update.update_id, Kept(letters, asker.conversation, answers, payloads))

    async def say(self, update: Update, asker: Sender, text: str, keyboard: Keyboard | None = None) -> None:
        """Sends words of the channel's own, with `keyboard` under the last part."""
        self.metrics.answers.labels("own").inc()
        pages = draw_words(text)
        letters = [Letter(asker.place, page.html, page.plain) for page in pages[:-1]]
        letters.append(Letter(asker.place, pages[-1].html, pages[-1].plain, keyboard or []))
        await self.post.send(update.update_id, Kept(letters))


def _answer(custom: dict[str, Any]) -> Answer:
    return Answer(id=secrets.token_urlsafe(9), topic=custom["topic"], force=custom["force"], scope=custom["scope"],
                  emergency=custom["emergency"])
