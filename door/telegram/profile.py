"""The bot's menu of commands and its descriptions, as people see them before they write."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from door.telegram import words

log = structlog.get_logger()


async def publish(bot: Bot) -> None:
    """Sets what differs: Telegram allows few changes a day. A failure is logged; the bot works without."""
    try:
        commands = [BotCommand(name, meaning) for name, meaning in words.COMMANDS]
        if list(await bot.get_my_commands()) != commands:
            await bot.set_my_commands(commands)
        if (await bot.get_my_description()).description != words.DESCRIPTION:
            await bot.set_my_description(words.DESCRIPTION)
        if (await bot.get_my_short_description()).short_description != words.SHORT_DESCRIPTION:
            await bot.set_my_short_description(words.SHORT_DESCRIPTION)
    except TelegramError as error:
        log.warning("telegram.profile_not_set", error=type(error).__name__)
