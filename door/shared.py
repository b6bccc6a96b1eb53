"""What several doors have to agree on: one message of a conversation at a time, and limits.

In memory for one door; in Redis where `REDIS_URL` is set.
"""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog
from redis.exceptions import RedisError

import turnstile

log = structlog.get_logger()

# Counters are swept when there are this many, so that a flood of addresses can't fill the memory.
MOST_COUNTERS = 50_000


class Shared(Protocol):
    """The interface of both."""

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Holds `name` alone; others wait, in the order they came."""

    async def take(self, name: str, limit: int, seconds: int) -> int:
        """Counts one use of `name`. Returns 0, or after how many seconds to come back.

        At most `limit` uses fall into each window of `seconds`.
        """

    async def close(self) -> None:
        """Lets go of connections."""


class InMemory(turnstile.InMemory):
    """For one door alone."""

    def __init__(self) -> None:
        super().__init__()
        self._counters: dict[tuple[str, int, int], int] = {}

    async def take(self, name: str, limit: int, seconds: int) -> int:
        window, left = _window(seconds)
        if len(self._counters) >= MOST_COUNTERS:
            current = {key: used for key, used in self._counters.items() if key[1] == _window(key[2])[0]}
            # Still full: so many addresses within one window are an attack; begin to count anew.
            self._counters = current if len(current) < MOST_COUNTERS else {}
        key = (name, window, seconds)
        used = self._counters[key] = self._counters.get(key, 0) + 1
        return 0 if used <= limit else left

    async def close(self) -> None:
        return None


class InRedis:
    """For several doors. While Redis is away each door goes on with its own memory."""

    def __init__(self, url: str):
        self._redis = turnstile.connect(url)
        self._local = InMemory()
        self._turnstile = turnstile.InRedis(self._redis, "door")

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        return self._turnstile.lock(name)

    async def take(self, name: str, limit: int, seconds: int) -> int:
        window, left = _window(seconds)
        key = f"door:limit:{name}:{seconds}:{window}"
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                used, _ = await pipeline.incr(key).expire(key, 2 * seconds).execute()
        except RedisError as error:
            log.warning("redis.away", for_="limit", error=type(error).__name__)
            return await self._local.take(name, limit, seconds)
        return 0 if used <= limit else left

    async def close(self) -> None:
        await self._redis.aclose()


def connect(redis_url: str | None) -> Shared:
    """The one that `REDIS_URL` asks for."""
    return InRedis(redis_url) if redis_url else InMemory()


def _window(seconds: int) -> tuple[int, int]:
    """The number of the present window, and how many seconds of it are left (at least 1)."""
    now = time.time()
    return int(now // seconds), max(1, int(seconds - now % seconds))
