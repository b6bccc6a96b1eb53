"""What every message passes before it is handled: is it for us, is it too much, is somebody in danger?"""

from __future__ import annotations

import structlog
from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, CallbackContext

import safety
from door.telegram import words
from door.telegram.desk import Desk
from door.telegram.questions import Questions
from door.telegram.reading import Sender, in_danger, is_addressed, words_of

log = structlog.get_logger()

WINDOW_SECONDS = 60
# Telegram lets a bot send 20 messages a minute to a group; whoever plays with the word 'knife' must not use them up.
GROUP_ALARMS = 5


class Gate:
    """Runs before all other handlers, and stops what ends here."""

    def __init__(self, desk: Desk, questions: Questions):
        self._desk = desk
        self._questions = questions

    async def check(self, update: Update, context: CallbackContext) -> None:
        """Lets an update pass, or deals with it and raises `ApplicationHandlerStop`."""
        if update.inline_query or update.my_chat_member:
            return
        asker = self._desk.sender(update)
        if asker is None or _from_machine(update, context.bot.id):
            raise ApplicationHandlerStop
        danger = in_danger(update)
        if not update.callback_query and _in_group(update) and not is_addressed(
                update.effective_message, context.bot.id, context.bot.username):
            if danger:
                await self._answer_group_alarm(update, asker)
            raise ApplicationHandlerStop
        if danger:
            # Also '/help he has a knife': danger is read before the command, and has no limit.
            await self._questions.text(update, context)
            raise ApplicationHandlerStop
        wait = await self._desk.limits.take(f"person:{asker.person}", self._desk.settings.person_limit, WINDOW_SECONDS)
        if wait:
            await self._slow_down(update, asker, wait)
            raise ApplicationHandlerStop

    async def _answer_group_alarm(self, update: Update, asker: Sender) -> None:
        """999 for whoever is in danger; the words were not meant for us, so Rasa doesn't get them."""
        if await self._desk.limits.take(f"alarm:{asker.place.chat}", GROUP_ALARMS, WINDOW_SECONDS) == 0:
            alarm = safety.check(words_of(update.effective_message))
            await self._desk.pass_on(update, asker, safety.reply_to_emergency(alarm))

    async def _slow_down(self, update: Update, asker: Sender, wait: int) -> None:
        if update.callback_query:
            await update.callback_query.answer(words.TOO_FAST_BUTTON.format(seconds=wait))
        elif await self._desk.limits.take(f"told:{asker.person}", 1, WINDOW_SECONDS) == 0:  # once, then silence
            await self._desk.say(update, asker, words.TOO_FAST.format(seconds=wait))


def _in_group(update: Update) -> bool:
    return update.effective_chat.type != ChatType.PRIVATE


def _from_machine(update: Update, bot: int) -> bool:
    """Posts of channels, messages of other bots, and our own answers that somebody posted by inline mode."""
    message = update.effective_message
    if update.effective_chat.type == ChatType.CHANNEL:
        return True
    if update.callback_query or message is None:
        return False
    author = message.from_user
    # A group's anonymous administrator writes through an account of Telegram's that is marked as a bot.
    by_bot = bool(author and author.is_bot and not message.sender_chat)
    return by_bot or bool(message.is_automatic_forward) or bool(message.via_bot and message.via_bot.id == bot)
