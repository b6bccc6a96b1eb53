"""People and groups for tests: what they type, press and send, as Telegram would tell the bot."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tools.fake_telegram.server import BOT_NAME, BotApi

PEOPLE = itertools.count(5_000_001)
MESSAGES = itertools.count(1)


class Person:
    """Somebody in a chat with the bot: their own, or a group (`group`, a negative id)."""

    def __init__(self, api: BotApi, token: str, group: int | None = None, name: str = "Alexandra"):
        self.api, self.token = api, token
        self.id = next(PEOPLE)
        self.chat = group or self.id
        self.user = {"id": self.id, "is_bot": False, "first_name": name, "last_name": "Surname", "username": f"user{self.id}"}
        self.chat_object = ({"id": group, "type": "supergroup", "title": "Our street"} if group else
                            {"id": self.id, "type": "private", "first_name": name})

    def message(self, text: str | None = None, **more: Any) -> dict[str, Any]:
        content = {"message_id": next(MESSAGES), "date": int(time.time()), "chat": self.chat_object, "from": self.user, **more}
        if text is not None:
            content["text"] = text
            entities = _entities(text)
            if entities:
                content["entities"] = entities
        return content

    def says(self, text: str, **more: Any) -> dict[str, Any]:
        """Sends a message, and returns it."""
        message = self.message(text, **more)
        self.api.bring(self.token, "message", message)
        return message

    def sends(self, **content: Any) -> dict[str, Any]:
        """Sends something without text: `voice={…}`, `location={…}`, …"""
        message = self.message(**content)
        self.api.bring(self.token, "message", message)
        return message

    def edits(self, message: dict[str, Any], text: str) -> None:
        edited = {**message, "text": text, "edit_date": int(time.time())}
        self.api.bring(self.token, "edited_message", edited)

    def presses(self, message: dict[str, Any], data: str) -> None:
        """Presses a button under one of the bot's messages."""
        shown = self.api.messages.get((message["chat"]["id"], message["message_id"]), message)
        self.api.bring(self.token, "callback_query", {
            "id": str(next(MESSAGES)), "from": self.user, "chat_instance": "1", "data": data,
            "message": {key: shown[key] for key in ("message_id", "date", "chat", "from", "text", "reply_markup") if key in shown}})

    def asks_inline(self, words: str) -> str:
        query = str(next(MESSAGES))
        self.api.bring(self.token, "inline_query", {"id": query, "from": self.user, "query": words, "offset": ""})
        return query

    def hears(self, count: int = 1, seconds: float = 15.0) -> list[dict[str, Any]]:
        """What the bot has sent to this chat, once that is `count` messages."""
        return self.api.wait_sent(self.chat, count, seconds)

    def hears_nothing(self, seconds: float = 0.4) -> None:
        """The bot has taken all that was brought, and says nothing more here."""
        before = len(self.api.to(self.chat))
        self.api.wait_for(lambda: not self.api.updates[self.token])
        time.sleep(seconds)
        assert len(self.api.to(self.chat)) == before, self.api.to(self.chat)[-1]["text"]


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["keyboard"] for button in row]


def data(message: dict[str, Any], label: str) -> str:
    """The data of the button with this label (or a part of it)."""
    return next(button["callback_data"] for row in message["keyboard"] for button in row if label in button["text"])


def _entities(text: str) -> list[dict[str, Any]]:
    found = []
    if text.startswith("/"):
        found.append({"type": "bot_command", "offset": 0, "length": len(text.split()[0])})
    at = text.find(f"@{BOT_NAME}")
    if at > 0 and not text.startswith("/") or at == 0:
        found.append({"type": "mention", "offset": at, "length": len(BOT_NAME) + 1})
    return found
