"""Records, used from the event loop: one thread, and a broken database never silences the channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog

from door.telegram.metrics import Metrics

log = structlog.get_logger()

Result = TypeVar("Result")

# Each piece of work takes a millisecond or two; the database itself gives up on a lock after 5 s.
STUCK_SECONDS = 6.0
# After a failure people are answered without the database this long, rather than each waiting for it anew.
LEFT_ALONE_SECONDS = 5.0


class Shelf:
    """Runs blocking work on the database. One thread: SQLite has one writer, so more would only wait for each other."""

    def __init__(self, metrics: Metrics):
        self._metrics = metrics
        self._left_alone_until = 0.0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="records")

    async def do(self, otherwise: Result, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of `work`, or `otherwise` when the database can't be used.

        People are answered all the same; what was to be kept is lost, and the error is counted.
        """
        loop = asyncio.get_running_loop()
        if loop.time() < self._left_alone_until:
            return otherwise
        try:
            with self._metrics.stage("store"):
                async with asyncio.timeout(STUCK_SECONDS):
                    return await loop.run_in_executor(self._thread, work, *arguments)
        except (sa.exc.SQLAlchemyError, TimeoutError) as error:
            self._left_alone_until = loop.time() + LEFT_ALONE_SECONDS
            self._metrics.errors.labels("database", type(error).__name__).inc()
            log.error("telegram.database_failed", doing=work.__name__, error=type(error).__name__)
            return otherwise

    def close(self) -> None:
        """Waits for what was begun."""
        self._thread.shutdown(wait=True)
