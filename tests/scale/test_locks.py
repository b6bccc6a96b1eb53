"""Rasa's lock store stands on the turnstile, and refuses what it couldn't keep."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.lock_store import LockStore
from rasa.core.utils import AvailableEndpoints, number_of_sanic_workers
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

import turnstile
from bot.stores.locks import ConversationLocks
from tools.stack import ROOT


def _made(monkeypatch, **environment: str) -> ConversationLocks:
    for name in ("REDIS_URL", "SANIC_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return LockStore.create(_endpoint())


def _endpoint() -> EndpointConfig:
    return AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")).lock_store


async def test_in_memory_without_redis(monkeypatch):
    store, order = _made(monkeypatch), []
    assert isinstance(store._turnstile, turnstile.InMemory)

    async def work(number: int) -> None:
        async with store.lock("rest:somebody") as lock:
            assert lock.conversation_id == "rest:somebody"
            order.append(number)
            await asyncio.sleep(0.001)

    await asyncio.wait_for(asyncio.gather(*[work(number) for number in range(10)]), 0.9)  # Rasa's own would look once a second
    assert order == list(range(10))


async def test_in_redis_for_several(monkeypatch, redis_url):
    one, other = _made(monkeypatch, REDIS_URL=redis_url), _made(monkeypatch, REDIS_URL=redis_url, SANIC_WORKERS="2")
    async with one.lock("x"):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(other.lock("x").__aenter__(), 0.2)
    assert number_of_sanic_workers(_endpoint()) == 2


def test_several_workers_without_redis_are_refused(monkeypatch):
    with pytest.raises(RasaException, match="REDIS_URL"):
        _made(monkeypatch, SANIC_WORKERS="2")
