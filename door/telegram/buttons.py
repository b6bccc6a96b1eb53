"""Presses on inline buttons. Each is acknowledged at once, or Telegram would let the button spin."""

from __future__ import annotations

from contextlib import suppress

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from door.telegram import words
from door.telegram.commands import Commands
from door.telegram.desk import Desk
from door.telegram.keyboards import forces
from door.telegram.letters import markup
from door.telegram.reading import Sender


class Buttons:
    """One method for each kind of data in keyboards.py."""

    def __init__(self, desk: Desk, commands: Commands):
        self._desk = desk
        self._commands = commands

    async def pressed(self, update: Update, _: CallbackContext) -> None:
        """Does what a button says."""
        kind, _, data = (update.callback_query.data or "").partition(":")
        asker = self._desk.sender(update)
        act = {"q": self._quick_reply, "t": self._topic, "f": self._force, "p": self._page, "r": self._rating}.get(kind)
        if act is None or asker is None:
            await _acknowledge(update.callback_query, words.OLD_BUTTON)
        else:
            await act(update, asker, data)

    async def _quick_reply(self, update: Update, asker: Sender, key: str) -> None:
        payload = await self._desk.shelf.do(None, self._desk.records.payload, key)
        if payload is None:
            await _acknowledge(update.callback_query, words.OLD_BUTTON)
        else:
            await self._ask(update, asker, payload)

    async def _topic(self, update: Update, asker: Sender, topic: str) -> None:
        answer = self._desk.facts.now.answers.get(topic)
        if answer is None:
            await _acknowledge(update.callback_query, words.OLD_BUTTON)
        else:
            await self._ask(update, asker, answer.question)

    async def _ask(self, update: Update, asker: Sender, text: str) -> None:
        await _acknowledge(update.callback_query)
        await self._desk.ask(update, asker, text, heading=text)  # a press leaves no message of one's own

    async def _force(self, update: Update, asker: Sender, force: str) -> None:
        if force not in self._desk.facts.now.forces:
            await _acknowledge(update.callback_query, words.OLD_BUTTON)
            return
        await _acknowledge(update.callback_query)
        await self._commands.choose(update, asker, force)

    async def _page(self, update: Update, asker: Sender, page: str) -> None:
        query, facts = update.callback_query, self._desk.facts.now
        await _acknowledge(query)
        person = await self._desk.people.get(asker.conversation)
        keyboard = forces(facts, int(page) if page.isdecimal() else 0, person.force)
        if _pages(query):
            with suppress(TelegramError):  # 'not modified', or the message is too old: it stays as it is
                await query.edit_message_reply_markup(markup(keyboard))
        else:
            await self._desk.say(update, asker, words.CHOOSE_FORCE, keyboard)

    async def _rating(self, update: Update, asker: Sender, data: str) -> None:
        answer, _, helpful = data.rpartition(":")
        outcome = await self._desk.shelf.do("gone", self._desk.records.rate, answer, asker.conversation, helpful == "1")
        if outcome != "kept":
            await _acknowledge(update.callback_query,
                               words.NOT_YOURS_TO_RATE if outcome == "not_yours" else words.RATING_GONE)
            return
        self._desk.metrics.feedback.labels("true" if helpful == "1" else "false").inc()
        await _acknowledge(update.callback_query, words.THANKS_HELPED if helpful == "1" else words.THANKS_NOT_HELPED)
        with suppress(TelegramError):
            await update.callback_query.edit_message_reply_markup(_without_rating(update.callback_query))


async def _acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    with suppress(TelegramError):  # 'query is too old' after a restart; the answer itself is still worth sending
        await query.answer(text, show_alert=text in (words.OLD_BUTTON, words.THANKS_NOT_HELPED))


def _keyboard(query: CallbackQuery) -> tuple:
    shown = query.message.reply_markup if isinstance(query.message, Message) else None
    return shown.inline_keyboard if shown else ()


def _pages(query: CallbackQuery) -> bool:
    """Whether the button stands under a list of forces already, which then turns its page."""
    return any((button.callback_data or "").startswith("f:") for row in _keyboard(query) for button in row)


def _without_rating(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    rows = [row for row in _keyboard(query) if not (row[0].callback_data or "").startswith("r:")]
    return InlineKeyboardMarkup(rows) if rows else None
