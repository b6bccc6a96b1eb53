"""How many tries are allowed at once, on each database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from door.database import CONNECTIONS, Database
from door.staff import tables
from door.staff.lockout import FREE_TRIES, FREE_TRIES_OF_MANY, Lockout
from door.store import ago

AT_ONCE = 2 * CONNECTIONS


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/door.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    with made.transaction() as connection:
        connection.execute(tables.failures.delete())
    yield made
    made.engine.dispose()


@pytest.fixture
def lockout(database: Database) -> Lockout:
    return Lockout(database)


def at_once(one: Callable[[int], Any]) -> list[Any]:
    """What `one` gives for 0, 1, … where all begin at the same moment."""
    start = threading.Barrier(AT_ONCE)

    def begin(number: int) -> Any:
        start.wait()
        return one(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(begin, range(AT_ONCE)))


def counted(database: Database) -> list[int]:
    with database.transaction() as connection:
        return sorted(connection.scalars(sa.select(tables.failures.c.number)))


def test_tries_made_at_once_are_no_more_than_tries_made_one_by_one(database, lockout):
    waits = at_once(lambda _: lockout.begin("ada", "203.0.113.9"))
    assert (waits.count(0), counted(database)) == (FREE_TRIES, [FREE_TRIES] * 3)


def test_the_first_of_many_accounts_tried_at_once_from_one_address_are_counted(database, lockout):
    waits = at_once(lambda number: lockout.begin(f"person{number}", "203.0.113.9"))
    assert waits == [0] * AT_ONCE and counted(database) == [1] * 2 * AT_ONCE + [FREE_TRIES_OF_MANY]


def test_tries_and_successes_at_once_do_not_wait_for_each_other(database, lockout):
    def one(number: int) -> None:
        lockout.begin("ada", f"203.0.113.{number % 2}")
        lockout.succeed("ada", f"203.0.113.{number % 2}")

    at_once(one)
    assert max(counted(database), default=0) <= FREE_TRIES


def test_a_try_that_must_wait_is_neither_counted_nor_makes_the_wait_longer(database, lockout):
    for _ in range(FREE_TRIES):
        assert lockout.begin("ada", "203.0.113.9") == 0
    with database.transaction() as connection:
        connection.execute(tables.failures.update().values(last=ago(20)))
    assert all(30 <= lockout.begin("ada", "203.0.113.9") <= 40 for _ in range(3))
    assert counted(database) == [FREE_TRIES] * 3
