"""Chats side by side, each in order; an emergency doesn't wait long behind anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from telegram.ext import BaseUpdateProcessor

from door.shared import InMemory
from door.telegram.metrics import Metrics
from door.telegram.post import Unfinished
from door.telegram.reading import chat_of, in_danger

# All who wait, for Rasa, for Telegram's limits or for their turn, wait as updates in progress: this is
# far more than Telegram lets a bot answer in a minute (30 a second).
MOST_AT_ONCE = 5_000
# A message in danger overtakes earlier ones of its chat that are stuck for this long.
OVERTAKE_SECONDS = 2.0
# What is broken off has nothing to wait for but the database.
ABANDON_SECONDS = 1.0


class InOrder(BaseUpdateProcessor):
    """Gives each chat a lane. `finish` is called with each update that has been answered."""

    def __init__(self, finish: Callable[[object], Awaitable[None]], metrics: Metrics):
        super().__init__(MOST_AT_ONCE)
        self._running: set[asyncio.Task] = set()
        self._finish = finish
        self._metrics = metrics
        self._lanes = InMemory()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Waits for the update's turn, then handles it."""
        task = asyncio.current_task()
        self._running.add(task)
        try:
            with self._metrics.waiting.track_inprogress(), self._metrics.stage("total"):
                await self._process(update, coroutine)
        finally:
            self._running.discard(task)

    async def abandon(self) -> None:
        """Breaks off what is being answered; unfinished, it is answered after the next start."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=ABANDON_SECONDS)

    async def _process(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.letters[0].place.chat if isinstance(update, Unfinished) else chat_of(update)
        async with AsyncExitStack() as lane:
            if chat is not None:
                with self._metrics.stage("wait"):
                    await self._enter(lane, str(chat), in_danger(update))
            await coroutine
            # Within the lane: what comes next in this chat may ask whether this one is answered.
            await self._finish(update)

    async def _enter(self, lane: AsyncExitStack, chat: str, hurry: bool) -> None:
        try:
            async with asyncio.timeout(OVERTAKE_SECONDS if hurry else None):
                await lane.enter_async_context(self._lanes.lock(chat))
        except TimeoutError:
            pass  # overtakes

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""
