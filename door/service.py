"""What the door does for one person: ask, read back, rate, forget. The API and the page both call it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog

from door.database import Database
from door.metrics import Metrics
from door.questions import read_id, read_text
from door.rasa import Rasa, RasaFailed
from door.settings import Settings
from door.shared import connect
from door.store import Message, Store, Turn
from door.tokens import Tokens, secret_key
from door.turns import TURN_SECONDS, Question, Turns, Unavailable

log = structlog.get_logger()

LIMIT_WINDOW_SECONDS = 60


class TooMany(Exception):
    """A limit is reached; come back after `seconds`."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class Service:
    """Everything behind the HTTP layer, built from the settings. Call `close` at the end."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.metrics = Metrics()
        self.tokens = Tokens(settings.secret_key or secret_key(), settings.retention_seconds)
        self.database = Database(settings.database_url)
        self.store = Store(self.database)
        self._rasa = Rasa(settings.rasa_url, settings.rasa_seconds)
        self._shared = connect(settings.redis_url)
        self._turns = Turns(self._rasa, self.store, self._shared, self.metrics)

    async def admit(self, address: str) -> None:
        """Counts a request of one client address. Raises `TooMany`."""
        await self._count(f"address:{self.tokens.client(address)}", self.settings.address_limit)

    async def ask(self, message: str, token: str | None, given_id: str | None) -> tuple[str, Turn]:
        """Answers a message; without a token a conversation begins.

        Returns the token to go on with, and the turn. Raises `questions.NotUnderstood`,
        `tokens.BadToken`, `store.Gone`, `store.IdReused`, `TooMany` and `turns.Unavailable`.
        """
        text, message_id = read_text(message), read_id(given_id)
        conversation = self.tokens.open(token) if token else self.tokens.new_conversation(message_id)
        await self._count(f"conversation:{conversation}", self.settings.conversation_limit)
        turn = await self._turns.answer(Question(
            conversation=conversation, text=text, begun=bool(token), id=message_id,
            reference=self.tokens.reference(conversation)))
        return self.tokens.renew(token) if token else self.tokens.sign(conversation), turn

    async def history(self, token: str, last: int) -> list[Message]:
        """The `last` messages of a conversation, oldest first. Raises `BadToken`, `Gone`, `Unavailable`."""
        return await self._in_store(self.store.history, self.tokens.open(token), last)

    async def rate(self, token: str, message: str, helpful: bool) -> bool:
        """Keeps whether a reply helped; False where there is no such reply. Raises like `history`."""
        kept = await self._in_store(self.store.rate, self.tokens.open(token), message, helpful)
        if kept:
            self.metrics.feedback.labels(str(helpful).lower()).inc()
        return kept

    async def forget(self, token: str) -> bool:
        """Deletes a conversation everywhere; one that is gone already is fine.

        Returns False where Rasa can't be reached: it is told again until it has forgotten too.
        Raises `BadToken` and `Unavailable`.
        """
        conversation = self.tokens.open(token)
        try:
            async with asyncio.timeout(TURN_SECONDS), self._shared.lock(conversation):
                await self._in_store(self.store.forget, conversation)
                log.info("conversation.deleted", conversation=self.tokens.reference(conversation))
                return await self.forget_in_rasa(conversation)
        except TimeoutError as error:
            raise Unavailable from error

    async def forget_in_rasa(self, conversation: str) -> bool:
        """Has Rasa forget a conversation that is deleted here; False where it must be tried again."""
        try:
            await self._rasa.forget(conversation)
        except RasaFailed as error:
            log.warning("conversation.rasa_remembers", conversation=self.tokens.reference(conversation),
                        reason=error.reason)
            return False
        await self._in_store(self.store.forgotten_by_rasa, conversation)
        return True

    async def close(self) -> None:
        """Closes connections."""
        await self._rasa.close()
        await self._shared.close()

    def shown(self, token: str, message: Message) -> dict[str, Any]:
        """A message as the contract shows it."""
        shown: dict[str, Any] = {"recipient_id": self.tokens.reference(self.tokens.open(token)), "id": message.id,
                                 "from": message.sender, "at": message.at, "text": message.text}
        for key in ("custom", "buttons", "helpful"):
            value = getattr(message, key)
            if value is not None:
                shown[key] = value
        return shown

    async def _count(self, name: str, limit: int) -> None:
        wait = await self._shared.take(name, limit, LIMIT_WINDOW_SECONDS)
        if wait:
            raise TooMany(wait)

    @staticmethod
    async def _in_store(work: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await asyncio.to_thread(work, *arguments)
        except sa.exc.SQLAlchemyError as error:
            log.error("database.failed", error=type(error).__name__)
            raise Unavailable from error
