"""Puts the channel together: the library's application with our handlers, in reading order."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from telegram import Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

import safety
from door.database import Database
from door.rasa import Rasa
from door.shared import InMemory
from door.store import Store
from door.telegram.assistant import Assistant
from door.telegram.buttons import Buttons
from door.telegram.commands import Commands
from door.telegram.desk import Desk
from door.telegram.facts import Facts
from door.telegram.gate import Gate
from door.telegram.inline import Inline
from door.telegram.membership import Membership
from door.telegram.metrics import Metrics
from door.telegram.names import Names
from door.telegram.order import InOrder
from door.telegram.people import People
from door.telegram.post import Post, Unfinished
from door.telegram.questions import Questions, fingerprint_of
from door.telegram.reading import words_of
from door.telegram.records import Records
from door.telegram.settings import TelegramSettings
from door.telegram.shelf import Shelf
from door.telegram.wire import Wire
from door.tokens import secret_key

log = structlog.get_logger()

# Telegram answers in 50 ms. A letter that was sent and timed out might be sent twice: so we wait long.
ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 10.0
# After so many 'too many requests' in a row for one letter, it waits in the post instead.
FLOOD_RETRIES = 5
# Answered while the database was away, and remembered here until it is back.
MOST_ANSWERED = 10_000


class Channel:
    """Everything that runs, built from the settings. Raises `KnowledgeError`, `OSError` (no secret key)."""

    def __init__(self, settings: TelegramSettings):
        self.settings = settings
        self.metrics = Metrics()
        self.facts = Facts()
        self.names = Names(settings.door.secret_key or secret_key())
        self.rasa = Rasa(settings.door.rasa_url, settings.door.rasa_seconds)
        database = Database(settings.door.database_url)
        self.records = Records(database, settings.bot_id)
        self.shelf = Shelf(self.metrics)
        people = People(self.records, self.shelf)
        self.assistant = Assistant(self.rasa, people, self.records, Store(database), self.shelf, self.facts, self.metrics,
                                   settings.patience)
        wire = Wire(read_timeout=ANSWER_SECONDS, write_timeout=ANSWER_SECONDS, connect_timeout=CONNECT_SECONDS,
                    pool_timeout=ANSWER_SECONDS)
        self.order = InOrder(self._finish, self.metrics)
        self._answered: dict[int, str | None] = {}  # updates that the database couldn't be told of yet, and their fingerprints
        self.application = self._build(wire)
        post = Post(self.application.bot, wire, self.records, self.shelf, self.names, self.metrics)
        self.desk = Desk(settings, self.assistant, post, people, self.records, self.shelf, self.facts, self.names, InMemory(),
                         self.metrics)
        self._add_handlers()

    def _build(self, wire: Wire) -> Application:
        return (ApplicationBuilder().token(self.settings.token).base_url(f"{self.settings.api_url}/bot")
                .base_file_url(f"{self.settings.api_url}/file/bot").updater(None)
                .rate_limiter(AIORateLimiter(max_retries=FLOOD_RETRIES))
                .concurrent_updates(self.order).request(wire).build())

    def _add_handlers(self) -> None:
        desk, add = self.desk, self.application.add_handler
        questions, commands = Questions(desk), Commands(desk)
        messages = filters.UpdateType.MESSAGES
        add(TypeHandler(Update, Gate(desk, questions).check), group=-1)
        add(TypeHandler(Unfinished, desk.post.resume))
        add(InlineQueryHandler(Inline(desk).answer))
        add(CallbackQueryHandler(Buttons(desk, commands).pressed))
        add(ChatMemberHandler(Membership(desk).changed, ChatMemberHandler.MY_CHAT_MEMBER))
        for name in ("start", "help", "force", "privacy", "forget"):
            add(CommandHandler(name, getattr(commands, name)))
        # What people try who want to be forgotten, or left alone.
        add(CommandHandler(("delete", "stop"), commands.forget))
        add(MessageHandler(messages & filters.COMMAND, commands.unknown))
        add(MessageHandler(messages & (filters.TEXT | filters.CAPTION), questions.text))
        add(MessageHandler(messages & (filters.LOCATION | filters.VENUE), questions.location))
        add(MessageHandler(messages & ~filters.StatusUpdate.ALL, questions.without_words))
        self.application.add_error_handler(self._failed)

    async def _finish(self, update: object) -> None:
        """An update is answered (or needs no answer): its words are wiped."""
        if isinstance(update, Update) and update.inline_query:
            return
        fingerprint = fingerprint_of(update, self.desk)
        if not await self.shelf.do(False, self.records.finish, update.update_id, fingerprint):
            self._answered[update.update_id] = fingerprint
            if len(self._answered) > MOST_ANSWERED:
                self._answered.pop(next(iter(self._answered)))
        self.desk.post.begun.discard(update.update_id)

    async def finish_answered(self) -> None:
        """Wipes what was answered while the database was away, and would be answered again after the next start."""
        for update, fingerprint in list(self._answered.items()):
            if not await self.shelf.do(False, self.records.finish, update, fingerprint):
                return
            self._answered.pop(update, None)

    async def _failed(self, update: object, context: CallbackContext) -> None:
        """A fault of ours: it is logged without the words that led to it, and the person is not left in silence."""
        where = traceback.extract_tb(context.error.__traceback__)[-1]
        kind = type(context.error).__name__
        self.metrics.errors.labels("handler", kind).inc()
        log.error("telegram.handler_failed", error=kind, where=f"{Path(where.filename).name}:{where.lineno}")
        asker = self.desk.sender(update) if isinstance(update, Update) else None
        if asker and update.update_id not in self.desk.post.begun:
            await self.desk.pass_on(update, asker, [safety.reply_when_broken(words_of(update.effective_message))])
