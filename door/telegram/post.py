"""Sends answers: each letter once, in order, however Telegram behaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog
from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import CallbackContext, ExtBot

from door.telegram.letters import Letter, Place, markup, unpack
from door.telegram.metrics import Metrics
from door.telegram.names import Names
from door.telegram.records import Kept, Records, Waiting
from door.telegram.shelf import Shelf
from door.telegram.wire import Wire

log = structlog.get_logger()

# Seconds between attempts while Telegram is away, times out or answers 5xx; then the answer is given up,
# a quarter of an hour after the question. A letter whose receipt was lost on the way may arrive twice:
# the Bot API knows no ids for that, and silence would be worse.
PAUSES = (0.3, 1, 2, 4, 8, 15) + 28 * (30,)
# A quick answer needs no 'typing', and each costs one of the 30 requests a second that Telegram allows.
TYPING_AFTER_SECONDS = 0.4
# Telegram shows it for five seconds.
TYPING_AGAIN_SECONDS = 4.5

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Unfinished(msgspec.Struct, frozen=True):
    """An answer of which a former process had sent the first `sent` letters."""

    update_id: int
    letters: list[Letter]
    sent: int

    @classmethod
    def of(cls, waiting: Waiting) -> Unfinished:
        """Raises `msgspec.DecodeError` where a newer version of the channel has written it."""
        return cls(waiting.id, unpack(waiting.letters or "[]"), waiting.sent)


class Post:
    """The way out to Telegram."""

    def __init__(self, bot: ExtBot, wire: Wire, records: Records, shelf: Shelf, names: Names, metrics: Metrics):
        self._bot = bot
        self._wire = wire
        self._records = records
        self._shelf = shelf
        self._names = names
        self._metrics = metrics
        self.begun: set[int] = set()  # updates whose answer is on its way, until that is noted

    async def send(self, update: int, kept: Kept) -> None:
        """Sends an answer, and keeps it until it is sent.

        Both at once for the first letter: no answer waits for the database, and a crash before it is kept is
        no worse than one before it is sent.
        """
        keeping = asyncio.ensure_future(self._shelf.do(None, self._records.keep, update, kept))
        try:
            await self._send_from(update, kept.letters, 0, keeping)
        finally:
            await keeping

    async def resume(self, unfinished: Unfinished, _: CallbackContext) -> None:
        """Sends what is left of an answer; a handler of the application."""
        await self._send_from(unfinished.update_id, unfinished.letters, unfinished.sent)

    @asynccontextmanager
    async def typing(self, place: Place) -> AsyncIterator[None]:
        """Shows 'typing …' as long as it takes, if it takes a while."""
        task = asyncio.create_task(self._type(place))
        try:
            yield
        finally:
            task.cancel()

    async def hold(self) -> None:
        """Lets no further letter out; returns when it is noted which have gone."""
        self._wire.held.set()
        while self.begun:
            await asyncio.sleep(0.02)

    async def _send_from(self, update: int, letters: list[Letter], first: int, keeping: asyncio.Future | None = None) -> None:
        self.begun.add(update)
        try:
            with self._metrics.stage("send"):
                for index in range(first, len(letters)):
                    outcome = await self._deliver(letters[index])
                    self._metrics.messages.labels(outcome).inc()
                    if outcome != "sent":
                        log.info("telegram.not_delivered", chat=self._names.reference(letters[index].place.chat),
                                 outcome=outcome)
                        return
                    if index + 1 < len(letters):
                        if keeping:
                            await keeping
                        await self._shelf.do(None, self._records.progress, update, index + 1)
        except asyncio.CancelledError:
            self.begun.discard(update)
            raise

    async def _deliver(self, letter: Letter) -> str:
        """'sent', 'left', 'refused' or 'gave_up'."""
        chat, plain = letter.place.chat, False
        for pause in PAUSES:
            try:
                await self._once(letter, chat, plain)
                return "sent"
            except Forbidden:  # blocked, removed from the group, or the account is gone
                return "left"
            except ChatMigrated as error:  # the group has become a supergroup
                chat = error.new_chat_id
                continue
            except BadRequest as error:
                self._count(error)
                if plain:
                    return "refused"
                plain = True
                continue
            except RetryAfter as error:  # after the rate limiter's own attempts
                self._count(error)
                pause = max(pause, error.retry_after if isinstance(error.retry_after, int)
                            else error.retry_after.total_seconds())
            except TelegramError as error:  # timeouts, 5xx, no connection, an answer that is no JSON
                self._count(error)
            await self._pause(pause)
        return "gave_up"

    async def _pause(self, seconds: float) -> None:
        """Raises `asyncio.CancelledError` when the process is to end: the letter stays in the database."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wire.held.wait()
                raise asyncio.CancelledError

    async def _once(self, letter: Letter, chat: int, plain: bool) -> None:
        place = letter.place
        reply = ReplyParameters(place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
        await self._bot.send_message(
            chat, letter.plain if plain else letter.html, parse_mode=None if plain else ParseMode.HTML,
            link_preview_options=NO_PREVIEW, reply_parameters=reply, message_thread_id=place.thread,
            reply_markup=markup(letter.keyboard))

    async def _type(self, place: Place) -> None:
        await asyncio.sleep(TYPING_AFTER_SECONDS)
        while True:
            with suppress(TelegramError):
                await self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)
            await asyncio.sleep(TYPING_AGAIN_SECONDS)

    def _count(self, error: TelegramError) -> None:
        self._metrics.errors.labels("telegram", type(error).__name__).inc()
        log.warning("telegram.send_failed", error=type(error).__name__)
