"""Opens the database of `DATABASE_URL`: SQLite for one machine, PostgreSQL for several.

The public door and Rasa's tracker store (bot/stores/conversations.py) keep their tables side by
side in it, so both have to open it alike. Runs on Python 3.12 with SQLAlchemy 2 and, inside Rasa,
on Python 3.10 with SQLAlchemy 1.4.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

DEFAULT_URL = f"sqlite:///{Path(__file__).resolve().parent.parent / '.state' / 'conversations.db'}"
# Each write takes milliseconds: a database that takes longer to be reached or to be free is as good as gone.
BUSY_SECONDS = 5
DEFAULT_RETENTION_DAYS, MOST_RETENTION_DAYS = 30.0, 3660


def engine(url: str, connections: int) -> sa.engine.Engine:
    """An engine with that many connections, and as many again for a moment. Makes an SQLite file's folder.

    Raises `OSError` where it can't, and `sqlalchemy.exc.SQLAlchemyError` for what is no URL.
    """
    # hide_parameters: an error in a log must not quote what a person wrote.
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": connections, "max_overflow": connections,
                               "pool_timeout": BUSY_SECONDS}
    address = sa.engine.make_url(url)
    if address.drivername == "postgresql":
        # SQLAlchemy 1.4 takes psycopg2 for this name, a later one psycopg 3: one URL for all.
        address = address.set(drivername="postgresql+psycopg2")
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_SECONDS}, **options)
    path = address.database
    if not path or path == ":memory:":
        # One connection for all threads, or each would see a database of its own.
        return sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, hide_parameters=True,
                                connect_args={"check_same_thread": False})
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # SQLAlchemy 1.4 would open the file anew each time.
    made = sa.create_engine(address, poolclass=sa.pool.QueuePool,
                            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)

    @sa.event.listens_for(made, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # WAL lets the door read while Rasa writes; NORMAL survives a crash of the process;
        # secure_delete overwrites what is deleted, or 'delete my chat' would leave the words in the file.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return made


def make_tables(engine: sa.engine.Engine, metadata: sa.MetaData) -> None:
    """Makes what isn't there of these tables, also where several processes start at once.

    Raises `sqlalchemy.exc.SQLAlchemyError` when the database can't be used.
    """
    # Between the look and the creation of a table or an index another process may make it: every failure
    # like that means one more is there, so there are no more than tables and indexes.
    for _ in range(sum(1 + len(table.indexes) for table in metadata.sorted_tables)):
        with suppress(sa.exc.ProgrammingError, sa.exc.IntegrityError, sa.exc.OperationalError):
            metadata.create_all(engine)
            return
    metadata.create_all(engine)  # a real fault comes again


def wipe_traces(engine: sa.engine.Engine) -> None:
    """SQLite: takes deleted text out of the write-ahead log too; while that is busy, the next call does."""
    if engine.dialect.name == "sqlite":
        with suppress(sa.exc.OperationalError), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def retention_days(value: str) -> float:
    """How long conversations are kept, as `RETENTION_DAYS` says it.

    Raises `ValueError` with the words that follow the variable's name: with a slip of the pen everything
    might be purged, or nothing.
    """
    try:
        days = float(value)
    except ValueError:
        days = 0.0
    if not 0 < days <= MOST_RETENTION_DAYS:
        raise ValueError(f"must be a number of days above 0 and at most {MOST_RETENTION_DAYS}")
    return days
