"""Fixtures: doors with the console, and people of each role signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from argon2 import PasswordHasher

from door.app import create_app
from door.settings import Settings
from door.staff import passwords
from door.staff.tables import accounts
from tests.door.conftest import rasa as rasa  # the same Rasa on the wire
from tests.door.harness import SECRET
from tests.scale.servers import postgres_url as postgres_url
from tests.staff.harness import PASSWORD, Person
from tests.staff.trimmed_project import write_trimmed


def pytest_configure(config: pytest.Config) -> None:
    config.option.asyncio_mode = "auto"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 with the least work: the tests sign in hundreds of times."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_NOBODYS", quick.hash("nobody has this password"))


@pytest.fixture(autouse=True)
def no_account_is_deleted() -> Iterator[None]:
    """What docs/data-protection.md says of accounts: whatever a test does, none is taken out of the table."""
    deleted: list[str] = []

    def watch(_: Any, __: Any, statement: str, *___: Any) -> None:
        if re.match(rf"\s*DELETE\s+FROM\s+\W?{accounts.name}\b", statement, re.IGNORECASE):
            deleted.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", watch)
    yield
    sa.event.remove(sa.Engine, "before_cursor_execute", watch)
    assert deleted == []


@pytest.fixture(scope="session")
def trimmed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """See trimmed_project.py; to be copied, not changed."""
    return write_trimmed(tmp_path_factory.mktemp("trimmed"))


@pytest.fixture(autouse=True)
def content(trimmed_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the draft, for each test its own; releases beside it."""
    folder = tmp_path / "draft"
    shutil.copytree(trimmed_project, folder)
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    monkeypatch.setenv("RELEASES_DIR", str(tmp_path / "releases"))
    return folder


@pytest_asyncio.fixture
async def make_app(rasa: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Makes doors before the same Rasa and on the same database; settings as keywords."""
    async with AsyncExitStack() as stack:
        async def make(**settings: Any) -> Any:
            chosen = Settings(**{"rasa_url": rasa.url, "actions_url": rasa.url, "secret_key": SECRET, "address_limit": 10_000,
                                 "database_url": f"sqlite:///{tmp_path}/door.db", **settings})
            app = create_app(chosen)
            await stack.enter_async_context(app.router.lifespan_context(app))
            return app

        yield make


@pytest_asyncio.fixture
async def app(make_app: Any) -> Any:
    """A door with its default settings."""
    return await make_app()


@pytest_asyncio.fixture
async def stranger(app: Any) -> AsyncIterator[Callable[..., Person]]:
    """`stranger()` is somebody with a browser who isn't signed in."""
    async with AsyncExitStack() as stack:
        clients: list[httpx.AsyncClient] = []

        def make(address: str = "198.51.100.7") -> Person:
            transport = httpx.ASGITransport(app, client=(address, 50_000))
            client = httpx.AsyncClient(transport=transport, base_url="http://door.test", timeout=60)
            clients.append(client)
            return Person(app, client)

        stack.push_async_callback(_close, clients)
        yield make


async def _close(clients: list[httpx.AsyncClient]) -> None:
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture
async def staff(stranger: Callable[..., Person]) -> Callable[..., Awaitable[Person]]:
    """`await staff("publisher")`: somebody of that role, signed in. `force="kent"` for a force's own."""

    async def make(role: str = "editor", name: str = "", force: str | None = None) -> Person:
        person = stranger()
        name = name or role
        if person.parts.accounts.find(name) is None:
            person.parts.accounts.add(name, name.title(), role, force)
            person.parts.accounts.set_password(name, PASSWORD)
        await person.sign_in(name)
        person.name = name
        return person

    return make
