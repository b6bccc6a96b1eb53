"""Where updates come in: each is kept in the database before Telegram is told that we have it.

So none is lost when the process dies, and none is answered again when Telegram repeats it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import msgspec
import structlog
from telegram import Bot, Update

from door.telegram.metrics import Metrics
from door.telegram.post import Unfinished
from door.telegram.records import Records
from door.telegram.shelf import Shelf

log = structlog.get_logger()

# What the handlers know what to do with; Telegram keeps the rest to itself.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
# Without a database the latest ids are remembered here; Telegram hands out 100 at a time.
MOST_REMEMBERED = 10_000


class Intake:
    """Takes raw updates from polling or the webhook and puts them on the application's queue."""

    def __init__(self, bot: Bot, queue: asyncio.Queue, records: Records, shelf: Shelf, metrics: Metrics):
        self._bot = bot
        self._queue = queue
        self._records = records
        self._shelf = shelf
        self._metrics = metrics
        self._recent: OrderedDict[int, None] = OrderedDict()

    async def accept(self, raws: list[Any]) -> None:
        """Keeps and queues the updates that are new. Returns once it is safe to tell Telegram 'received'."""
        sound = [raw for raw in raws if isinstance(raw, dict) and isinstance(raw.get("update_id"), int)]
        new = [raw for raw in sound if raw["update_id"] not in self._recent]
        for raw in new:
            self._recent[raw["update_id"]] = None
        while len(self._recent) > MOST_REMEMBERED:
            self._recent.popitem(last=False)
        # An inline question is of no use a second later, and holds half a thought: never kept.
        lasting = [raw for raw in new if "inline_query" not in raw]
        try:
            fresh = await self._shelf.do(lasting, self._records.accept, lasting) if lasting else []
        except BaseException:
            for raw in new:
                self._recent.pop(raw["update_id"], None)  # not kept: Telegram may send it again
            raise
        for raw in sorted([*fresh, *(raw for raw in new if "inline_query" in raw)], key=lambda raw: raw["update_id"]):
            await self._queue_update(raw)

    async def resume(self) -> int:
        """Queues what a former process left unfinished, and says how much that was."""
        waiting = await self._shelf.do([], self._records.waiting)
        for item in waiting:
            self._recent[item.id] = None
            if item.letters:
                try:
                    unfinished = Unfinished.of(item)
                except msgspec.DecodeError:
                    unfinished = None
                if unfinished and unfinished.letters:
                    await self._queue.put(unfinished)
                    continue
            await self._queue_update(msgspec.json.decode(item.raw))
        return len(waiting)

    async def _queue_update(self, raw: dict[str, Any]) -> None:
        kind = next((name for name in ALLOWED_UPDATES if name in raw), "other")
        self._metrics.updates.labels(kind).inc()
        try:
            update = Update.de_json(raw, self._bot)
        except Exception as error:  # whatever the library stumbles over: one bad update must not stop the rest
            self._metrics.errors.labels("intake", type(error).__name__).inc()
            log.error("telegram.update_not_understood", kind=kind, error=type(error).__name__)
            await self._shelf.do(None, self._records.finish, raw["update_id"], None)
            return
        await self._queue.put(update)
