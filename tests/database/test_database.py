"""Opening the database, on SQLite and PostgreSQL; for SQLAlchemy 2 and, inside Rasa, 1.4."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import database

METADATA = sa.MetaData()
WORDS = sa.Table("words", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text, index=True))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request, tmp_path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/words.db"
    return request.getfixturevalue("postgres_url")


def _start(url: str, together: Any) -> None:
    engine = database.engine(url, 2)
    together.wait(30)
    database.make_tables(engine, METADATA)
    with engine.connect() as connection:
        connection.execute(WORDS.select()).all()


def test_six_start_at_once(url: str):
    """Whoever looks first does not make the table alone: none of them may fail."""
    fork = multiprocessing.get_context("fork")
    for _ in range(5):
        engine = database.engine(url, 2)
        METADATA.drop_all(engine)
        engine.dispose()
        together = fork.Barrier(6)
        starting = [fork.Process(target=_start, args=(url, together)) for _ in range(6)]
        for process in starting:
            process.start()
        for process in starting:
            process.join(60)
        assert [process.exitcode for process in starting] == [0] * 6


def test_a_race_lost_at_each_step_is_no_fault(tmp_path: Path, monkeypatch):
    """The table and its index may each be made by another in between."""
    engine = database.engine(f"sqlite:///{tmp_path}/words.db", 2)
    lost = [
        sa.exc.ProgrammingError("create table", {}, Exception("exists")),
        sa.exc.IntegrityError("create index", {}, Exception("exists")),
    ]
    calls = []

    def create_all(_: Any) -> None:
        calls.append(1)
        if lost:
            raise lost.pop()

    monkeypatch.setattr(METADATA, "create_all", create_all)
    database.make_tables(engine, METADATA)
    assert len(calls) == 3


def test_a_real_fault_is_said(tmp_path: Path):
    (tmp_path / "words.db").mkdir()
    with pytest.raises(sa.exc.OperationalError):
        database.make_tables(database.engine(f"sqlite:///{tmp_path}/words.db", 2), METADATA)


def test_what_is_deleted_is_in_none_of_the_files(tmp_path: Path):
    engine = database.engine(f"sqlite:///{tmp_path}/made/on/the/way/words.db", 2)
    database.make_tables(engine, METADATA)
    with engine.begin() as connection:
        connection.execute(WORDS.insert().values(text="my zebra"))
    assert b"my zebra" in _on_disk(tmp_path)
    with engine.begin() as connection:
        connection.execute(WORDS.delete())
    database.wipe_traces(engine)
    assert b"my zebra" not in _on_disk(tmp_path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:"])
def test_in_memory_all_threads_see_the_same(address: str):
    engine = database.engine(address, 2)
    making = threading.Thread(target=database.make_tables, args=(engine, METADATA))
    making.start()
    making.join()
    with engine.begin() as connection:
        assert connection.execute(WORDS.select()).all() == []
    database.wipe_traces(engine)


def test_one_address_of_a_postgresql_serves_both_sides():
    assert database.engine("postgresql://nobody@127.0.0.1:9/nothing", 2).dialect.driver == "psycopg2"


@pytest.mark.parametrize("written", ["soon", "", "-1", "0", "nan", "inf", "3661"])
def test_a_slip_in_how_long_conversations_are_kept_is_said(written: str):
    with pytest.raises(ValueError, match="must be a number of days above 0 and at most 3660"):
        database.retention_days(written)


def test_days_may_be_parts_of_days():
    assert [database.retention_days(written) for written in ("30", "0.5", "3660")] == [30.0, 0.5, 3660.0]


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("words.db*"))
