"""Fixtures: a Rasa on the wire, and doors before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from door.app import create_app
from door.settings import Settings
from tests.door.harness import SECRET, Door
from tests.door.rasa_on_the_wire import RasaOnTheWire


def pytest_configure(config: pytest.Config) -> None:
    config.option.asyncio_mode = "auto"


@pytest_asyncio.fixture
async def rasa() -> AsyncIterator[RasaOnTheWire]:
    server = RasaOnTheWire()
    await server.start()
    yield server
    await server.stop()


MakeDoor = Callable[..., Awaitable[Door]]


@pytest_asyncio.fixture
async def make_door(rasa: RasaOnTheWire, tmp_path: Path) -> AsyncIterator[MakeDoor]:
    """Makes doors before the same Rasa and on the same database; settings as keywords."""
    async with AsyncExitStack() as stack:
        async def make(client_address: str = "198.51.100.7", **settings: Any) -> Door:
            chosen = Settings(**{"rasa_url": rasa.url, "actions_url": rasa.url, "secret_key": SECRET,
                                 "database_url": f"sqlite:///{tmp_path}/door.db", **settings})
            app = create_app(chosen)
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, client=(client_address, 50_000))
            client = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://door.test", timeout=60))
            return Door(app, client, rasa, chosen)

        yield make


@pytest_asyncio.fixture
async def door(make_door: MakeDoor) -> Door:
    """A door with its default settings."""
    return await make_door()
