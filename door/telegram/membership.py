"""Being taken into a group, or out of it."""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import CallbackContext

from door.telegram import words
from door.telegram.desk import Desk

PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)


class Membership:
    """Handles changes of the bot's own membership."""

    def __init__(self, desk: Desk):
        self._desk = desk

    async def changed(self, update: Update, context: CallbackContext) -> None:
        """Says hello in a new group; being blocked or removed is nobody's fault and needs no answer."""
        change, asker = update.my_chat_member, self._desk.sender(update)
        joined = change.new_chat_member.status in PRESENT and change.old_chat_member.status not in PRESENT
        if joined and asker and change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            await self._desk.say(update, asker, words.GROUP_HELLO.format(bot=context.bot.username))
