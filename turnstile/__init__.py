"""Lets one through at a time, in the order they came, whichever process they stand before.

A conversation's messages have to be answered one after the other: the second may be 'and in
Dorset?'. One process alone keeps the order in memory; several keep it in Redis. The public
door and Rasa's lock store (bot/stores/locks.py) both stand on this. Runs on Python 3.10 and 3.12.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis import __version__ as redis_version
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Redis answers in under a millisecond; one that takes longer is as good as gone.
REDIS_SECONDS = 0.5
# Every Redis speaks protocol 2. redis-py 4, which Rasa pins, knows no other and has no argument for it.
_PROTOCOL = {} if redis_version.startswith("4.") else {"protocol": 2}
# No turn is longer (door/turns.py): a process that died in one holds its conversation up no longer.
HELD_SECONDS = 30.0
# Who waits shows himself this often; a turn takes some 20 ms.
POLL_SECONDS = 0.03
# Who didn't show himself for this long has died waiting, and loses his place.
WAITING_SECONDS = 2.0

# KEYS: the queue (list of tickets), until when each ticket counts (hash, milliseconds).
# ARGV: my ticket, how long it counts while I wait, and once it's my turn. Returns 1 when it's my turn.
_STEP_UP = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
redis.call('HSET', KEYS[2], ARGV[1], now + ARGV[2])
local first = redis.call('LINDEX', KEYS[1], 0)
while first ~= ARGV[1] and tonumber(redis.call('HGET', KEYS[2], first) or '0') < now do
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], first)
  first = redis.call('LINDEX', KEYS[1], 0)
end
if first == ARGV[1] then redis.call('HSET', KEYS[2], ARGV[1], now + ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return first == ARGV[1] and 1 or 0
"""
_LEAVE = "redis.call('LREM', KEYS[1], 0, ARGV[1]) return redis.call('HDEL', KEYS[2], ARGV[1])"


def connect(url: str) -> Redis:
    """The Redis of `REDIS_URL`; connects when first used. Raises `ValueError` for what is no address of one."""
    # No retries: a person is waiting, and memory is at hand.
    return Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0), **_PROTOCOL)


class InMemory:
    """For one process alone."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        """Holds `name` alone; others wait, in the order they came."""
        lock, users = self._locks.get(name, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[name] = lock, users + 1
        try:
            async with lock:  # asyncio wakes waiters in the order they came
                yield
        finally:
            _, users = self._locks[name]
            if users == 1:
                del self._locks[name]
            else:
                self._locks[name] = lock, users - 1


class InRedis:
    """For several processes. While Redis is away each keeps the order in its own memory.

    `whose` keeps doors and Rasas apart: a door holds its place while its Rasa takes one too.
    """

    def __init__(self, redis: Redis, whose: str):
        self._redis = redis
        self._whose = whose
        self._coming, self._holding = InMemory(), InMemory()

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        """Holds `name` alone among all processes; others wait, in the order they came."""
        # Braces: in a cluster both keys of a name live on one node.
        keys = [f"{self._whose}:queue:{{{name}}}", f"{self._whose}:until:{{{name}}}"]
        ticket = uuid.uuid4().hex
        try:
            await self._wait(name, keys, ticket)
            async with self._holding.lock(name):
                yield
        finally:
            with suppress(RedisError):  # it runs out by itself
                await self._redis.eval(_LEAVE, 2, *keys, ticket)

    async def _wait(self, name: str, keys: list[str], ticket: str) -> None:
        try:
            async with self._coming.lock(name):  # connections are several: who came first also queues first
                my_turn = await self._step_up(keys, ticket)
            while not my_turn:
                await asyncio.sleep(POLL_SECONDS)
                my_turn = await self._step_up(keys, ticket)
        except RedisError as error:
            log.warning("Redis is away (%s); the order is kept in this process alone.", type(error).__name__)

    async def _step_up(self, keys: list[str], ticket: str) -> bool:
        return bool(await self._redis.eval(_STEP_UP, 2, *keys, ticket, int(WAITING_SECONDS * 1000), int(HELD_SECONDS * 1000)))
