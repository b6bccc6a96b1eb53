"""One conversation at a time, in the order they came, whichever process they stand before; with a real Redis."""

from __future__ import annotations

import asyncio
import uuid

import pytest

import turnstile


@pytest.fixture
async def two(redis_url):
    """What two processes hold: a turnstile each, and nothing in common but Redis."""
    clients = [turnstile.connect(redis_url) for _ in range(2)]
    yield [turnstile.InRedis(client, "test") for client in clients]
    for client in clients:
        await client.close()


@pytest.mark.servers
async def test_in_the_order_they_came_at_either(two):
    name, order = uuid.uuid4().hex, []

    async def work(number: int) -> None:
        async with two[number % 2].lock(name):
            order.append(number)
            await asyncio.sleep(0.002)

    async with two[0].lock(name):
        waiting = []
        for number in range(12):
            waiting.append(asyncio.ensure_future(work(number)))
            await asyncio.sleep(0.02)  # so that 'came' has an order
    await asyncio.gather(*waiting)
    assert order == list(range(12))


@pytest.mark.servers
async def test_one_at_a_time(two):
    name, inside, most = uuid.uuid4().hex, 0, 0

    async def work(number: int) -> None:
        nonlocal inside, most
        async with two[number % 2].lock(name):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*[work(number) for number in range(20)])
    assert most == 1


@pytest.mark.servers
async def test_others_do_not_wait(two):
    async with two[0].lock("one " + uuid.uuid4().hex):
        await asyncio.wait_for(_through(two[1], "other " + uuid.uuid4().hex), 5)


@pytest.mark.servers
async def test_who_died_holding_it_holds_it_up_no_longer_than_a_turn(two, monkeypatch):
    monkeypatch.setattr(turnstile, "HELD_SECONDS", 0.3)
    name = uuid.uuid4().hex
    await two[0]._wait(name, _keys(name), "a ticket whose process was killed")
    began = asyncio.get_running_loop().time()
    await asyncio.wait_for(_through(two[1], name), 10)
    assert asyncio.get_running_loop().time() - began > 0.2


@pytest.mark.servers
async def test_who_died_waiting_loses_his_place(two, monkeypatch):
    monkeypatch.setattr(turnstile, "WAITING_SECONDS", 0.2)
    name = uuid.uuid4().hex
    async with two[0].lock(name):
        dying = asyncio.ensure_future(two[1]._wait(name, _keys(name), "a ticket whose process was killed"))
        await asyncio.sleep(0.1)
        dying.cancel()
    await asyncio.sleep(0.3)
    await asyncio.wait_for(_through(two[0], name), 5)


@pytest.mark.servers
async def test_giving_up_leaves_nothing_behind(two):
    name = uuid.uuid4().hex
    async with two[0].lock(name):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(_through(two[1], name), 0.2)
    await asyncio.wait_for(_through(two[1], name), 5)
    assert await two[0]._redis.llen(_keys(name)[0]) == 0
    assert all(held._locks == {} for one in two for held in (one._coming, one._holding))


async def test_without_redis_each_keeps_the_order_alone():
    away = turnstile.InRedis(turnstile.connect("redis://127.0.0.1:1/0"), "test")
    order = []

    async def work(number: int) -> None:
        async with away.lock("x"):
            order.append(number)
            await asyncio.sleep(0.001)

    await asyncio.gather(*[work(number) for number in range(5)])
    assert order == [0, 1, 2, 3, 4]


def _keys(name: str) -> list:
    return [f"test:queue:{{{name}}}", f"test:until:{{{name}}}"]


async def _through(one: turnstile.InRedis, name: str) -> None:
    async with one.lock(name):
        pass
