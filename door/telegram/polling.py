"""Fetches updates from Telegram by long polling, one process at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode

import msgspec
import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from door.telegram.intake import ALLOWED_UPDATES, Intake
from door.telegram.metrics import Metrics

log = structlog.get_logger()

# Telegram answers after this long even when there is nothing; some networks cut silent connections at 60 s.
POLL_SECONDS = 25
ANSWER_SECONDS = 10
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# A proxy that is being restarted may say 404, as Telegram does to a wrong token; it won't do so for long.
REFUSALS_BELIEVED = 4

CONFLICT = ("Another program is fetching this bot's messages, so they arrive there or here by chance. Stop the other one, "
            "or give this one a bot of its own (BotFather: /newbot). Trying again.")


REFUSED = ("Telegram doesn't accept the token. Copy it again from BotFather (/mybots, then API Token) "
           "into TELEGRAM_BOT_TOKEN.")


class AlreadyRunning(Exception):
    """Another Telegram process of this bot runs on this machine; `owner` is its number."""

    def __init__(self, owner: str):
        super().__init__(f"the Telegram channel of this bot is running already (process {owner}). "
                         "Stop that one first; two would take each other's messages.")
        self.owner = owner


class TokenRefused(Exception):
    """Telegram doesn't know the token (any more)."""


def lock(folder: Path, bot: int) -> TextIO:
    """Holds the bot's lock file until the process ends. Raises `AlreadyRunning` and `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"telegram-{bot}.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunning(owner) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


class Poller:
    """Asks Telegram for updates until cancelled.

    Not the library's `Updater`: that one drops a whole batch, and asks for it again without
    end, where a single update is malformed; and it confirms updates before they are safe.
    """

    def __init__(self, bot: Bot, intake: Intake, metrics: Metrics):
        self._bot = bot
        self._intake = intake
        self._metrics = metrics
        self._request = HTTPXRequest(connection_pool_size=1, read_timeout=POLL_SECONDS + ANSWER_SECONDS,
                                     connect_timeout=ANSWER_SECONDS, pool_timeout=ANSWER_SECONDS)
        self._offset: int | None = None

    async def run(self) -> None:
        """Raises `TokenRefused`; every other trouble is waited out."""
        pause, refusals = FIRST_PAUSE_SECONDS, 0
        async with self._request:
            while True:
                try:
                    await self._intake.accept(await self._fetch())
                    pause, refusals = FIRST_PAUSE_SECONDS, 0
                    continue
                except InvalidToken as error:
                    refusals += 1
                    if refusals == REFUSALS_BELIEVED:
                        raise TokenRefused from None
                    self._failed(error)
                except RetryAfter as error:
                    after = error.retry_after
                    pause = float(after if isinstance(after, int) else after.total_seconds())
                    self._failed(error)
                except Conflict as error:
                    self._failed(error)
                    log.error("telegram.conflict", help=CONFLICT)
                except TelegramError as error:
                    self._failed(error)
                await asyncio.sleep(pause * random.uniform(0.8, 1.2))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _fetch(self) -> list[Any]:
        parameters: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": msgspec.json.encode(ALLOWED_UPDATES).decode()}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._request.post(f"{self._bot.base_url}/getUpdates?{urlencode(parameters)}")
        if not isinstance(updates, list):
            raise TelegramError("getUpdates gave no list")
        ids = [update["update_id"] for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int)]
        if updates and not ids:
            raise TelegramError("getUpdates gave nothing that is an update")
        if ids:
            # Only now, with the next call, does Telegram take these as received; `accept` runs before it.
            self._offset = max(ids) + 1
        return updates

    def _failed(self, error: TelegramError) -> None:
        self._metrics.errors.labels("polling", type(error).__name__).inc()
        log.warning("telegram.polling_failed", error=type(error).__name__)
