"""Fixtures for the scale tests."""

from __future__ import annotations

import pytest

from tests.scale import servers


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis."""
    with servers.redis_running() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A real PostgreSQL."""
    with servers.postgres() as url:
        yield url
