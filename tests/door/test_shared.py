"""Locks and limits, in memory and in Redis; and that a Redis that dies stops nobody.

Against a real Redis where TEST_REDIS_URL names one, else against one of our own making.
"""

from __future__ import annotations

import asyncio
import os
import uuid

import pytest

from door.shared import InMemory, InRedis, Shared
from tests.door.redis_on_the_wire import RedisOnTheWire


@pytest.fixture
async def redis():
    server = RedisOnTheWire()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(params=["memory", "redis"])
async def two_doors(request, redis):
    """What two doors hold: in memory that is one object, in Redis two."""
    if request.param == "memory":
        shared = InMemory()
        yield shared, shared
        return
    url = os.environ.get("TEST_REDIS_URL") or redis.url
    pair = InRedis(url), InRedis(url)
    yield pair
    for shared in pair:
        await shared.close()


async def test_one_at_a_time(two_doors: tuple[Shared, Shared]):
    inside, most, name = 0, 0, uuid.uuid4().hex

    async def work(shared: Shared) -> None:
        nonlocal inside, most
        async with shared.lock(name):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(work(shared) for shared in two_doors * 10))
    assert most == 1


async def test_in_the_order_they_came(two_doors: tuple[Shared, Shared]):
    shared, order = two_doors[0], []

    async def work(number: int) -> None:
        async with shared.lock("one"):
            await asyncio.sleep(0.001)
            order.append(number)

    await asyncio.gather(*(work(number) for number in range(20)))
    assert order == list(range(20))


async def test_a_lock_is_let_go_of_when_the_work_fails_or_is_given_up(two_doors: tuple[Shared, Shared]):
    one, other = two_doors
    with pytest.raises(ZeroDivisionError):
        async with one.lock("x"):
            raise ZeroDivisionError
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), one.lock("x"):
            await asyncio.sleep(1)
    async with asyncio.timeout(1), other.lock("x"):
        pass


async def test_waiting_can_be_given_up(two_doors: tuple[Shared, Shared]):
    one, other = two_doors
    async with one.lock("x"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), other.lock("x"):
                pass
    async with asyncio.timeout(1), other.lock("x"):
        pass


async def test_limits_are_counted_together(two_doors: tuple[Shared, Shared], monkeypatch):
    monkeypatch.setattr("door.shared._window", lambda seconds: (7, 33))
    name = uuid.uuid4().hex
    waits = [await shared.take(name, 4, 60) for shared in two_doors * 3]
    assert waits == [0, 0, 0, 0, 33, 33]
    assert await two_doors[0].take(name + "other", 4, 60) == 0


async def test_a_new_window_begins_anew(monkeypatch):
    shared = InMemory()
    monkeypatch.setattr("door.shared._window", lambda seconds: (7, 33))
    assert [await shared.take("a", 1, 60) for _ in range(2)] == [0, 33]
    monkeypatch.setattr("door.shared._window", lambda seconds: (8, 60))
    assert await shared.take("a", 1, 60) == 0


async def test_memory_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr("door.shared.MOST_COUNTERS", 100)
    shared = InMemory()
    for number in range(1_000):
        await shared.take(f"address {number}", 1, 60)
        async with shared.lock(f"conversation {number}"):
            pass
    assert len(shared._counters) <= 100 and shared._locks == {}


async def test_a_dead_redis_stops_nobody(redis: RedisOnTheWire):
    shared = InRedis(redis.url)
    assert await shared.take("a", 1, 600) == 0
    async with shared.lock("a"):
        await redis.stop()
    async with asyncio.timeout(2), shared.lock("a"):
        assert await shared.take("a", 1, 600) == 0
        assert await shared.take("a", 1, 600) > 0
    await redis.start()
    async with shared.lock("b"):  # 'a' could not be given back, and runs out by itself
        assert redis.values[b"door:queue:{a}"][0]
    await shared.close()


async def test_two_doors_with_redis_keep_the_order_of_a_conversation(make_door, redis: RedisOnTheWire):
    one, two = await make_door(redis_url=redis.url), await make_door(redis_url=redis.url)
    token = (await one.say("hello"))["conversation"]
    one.rasa.delay = 0.05
    first, second = await asyncio.gather(one.say("detain?", token, id="q"), two.say("detain?", token, id="q"))
    assert first == second and len(one.rasa.asked) == 2 and one.rasa.most_at_once == 1
