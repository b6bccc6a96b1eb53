"""Messages in words, and those without: what people send most."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackContext

from door.telegram import words
from door.telegram.desk import Desk
from door.telegram.keyboards import forces
from door.telegram.reading import is_own_answer, question, words_of


class Questions:
    """Handlers for all messages that are no commands."""

    def __init__(self, desk: Desk):
        self._desk = desk

    async def text(self, update: Update, context: CallbackContext) -> None:
        """A question, typed, forwarded, edited, or under a photo."""
        message, asker = update.effective_message, self._desk.sender(update)
        text = question(message, context.bot.username)
        if update.edited_message and await self._is_answered(update):
            return  # Telegram calls it 'edited' too when only a link's preview has changed
        if is_own_answer(message, context.bot.id):
            await self._desk.say(update, asker, words.MY_OWN_WORDS)
            return
        heading = words.EDITED if update.edited_message else words.ONLY_CAPTION if message.caption else ""
        await self._desk.ask(update, asker, text, heading)

    async def location(self, update: Update, _: CallbackContext) -> None:
        """A point on the map. We hold no boundaries of police areas, so we ask for the town."""
        if update.edited_message:
            return  # a shared live location moves every few seconds
        asker = self._desk.sender(update)
        await self._desk.say(update, asker, words.LOCATION, forces(self._desk.facts.now, 0, None))

    async def without_words(self, update: Update, _: CallbackContext) -> None:
        """A voice message, a photo, a sticker, a document, …"""
        album = update.effective_message.media_group_id
        # Each photo of an album comes as a message; one answer is enough.
        if update.edited_message or (album and await self._desk.limits.take(f"album:{album}", 1, 60)):
            return
        await self._desk.say(update, self._desk.sender(update), words.ONLY_TEXT)

    async def _is_answered(self, update: Update) -> bool:
        fingerprint = fingerprint_of(update, self._desk)
        return await self._desk.shelf.do(False, self._desk.records.answered, fingerprint)


def fingerprint_of(update: object, desk: Desk) -> str | None:
    """The fingerprint of a message's words, None for updates without any."""
    message = update.effective_message if isinstance(update, Update) and not update.callback_query else None
    if not message or not words_of(message):
        return None
    return desk.names.fingerprint(message.chat.id, message.message_id, words_of(message))
