"""Rasa's lock store stands on the turnstile, and refuses what it couldn't keep."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import aiohttp
import pytest
from rasa.core.lock_store import LockStore
from rasa.core.utils import AvailableEndpoints, number_of_sanic_workers
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

import turnstile
from bot.channels.rest import ContractChannel
from bot.stores.locks import ConversationLocks
from processes.ports import free_port
from processes.stack import ROOT


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


@pytest.mark.servers
async def test_in_redis_for_several(monkeypatch, redis_url):
    one, other = _made(monkeypatch, REDIS_URL=redis_url), _made(monkeypatch, REDIS_URL=redis_url, SANIC_WORKERS="2")
    async with one.lock("x"):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(other.lock("x").__aenter__(), 0.2)
    assert number_of_sanic_workers(_endpoint()) == 2


def test_several_workers_without_redis_are_refused(monkeypatch):
    with pytest.raises(RasaException, match="REDIS_URL"):
        _made(monkeypatch, SANIC_WORKERS="2")


async def test_a_deletion_waits_for_the_message_under_way(monkeypatch):
    """As when the action server is slow: what that turn keeps at its end would be there for `RETENTION_DAYS`."""
    locks, kept, begun = _made(monkeypatch), {}, asyncio.Event()

    async def turn(message) -> None:
        async with locks.lock(message.sender_id):  # as Rasa's agent does
            begun.set()
            await asyncio.sleep(0.3)
            kept[message.sender_id] = message.text

    class Store:
        async def delete(self, sender: str) -> None:
            kept.pop(sender, None)

    app, port = Sanic("forgetting"), free_port()
    app.ctx.agent = SimpleNamespace(tracker_store=Store(), lock_store=locks)
    app.blueprint(ContractChannel().blueprint(turn), url_prefix="/webhooks/rest")
    server = await app.create_server(port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    address = f"http://127.0.0.1:{port}/webhooks/rest"
    try:
        async with aiohttp.ClientSession() as client:
            asked = asyncio.ensure_future(client.post(f"{address}/webhook", json={"sender": "a", "message": "my zebra"}))
            await begun.wait()
            assert (await client.delete(f"{address}/conversations/a")).status == 204
            assert kept == {}
            await asked
            assert kept == {}
    finally:
        server.close()
