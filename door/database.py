"""The door's tables, and transactions on them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

import database

# Threads that use it at once are more, but each holds a connection for a millisecond.
CONNECTIONS = 10

metadata = sa.MetaData()

conversations = sa.Table(
    "conversations", metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("began", sa.String(32), nullable=False),
    sa.Column("updated", sa.String(32), nullable=False, index=True),
)

# Times are ISO 8601 in UTC with a fixed number of digits: they sort as text in every database.
messages = sa.Table(
    "messages", metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(64), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("sender", sa.String(16), nullable=False),  # 'person' or 'assistant'
    sa.Column("answers", sa.String(64)),  # id of the person's message, null for that message itself
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("custom", sa.JSON(none_as_null=True)),
    sa.Column("buttons", sa.JSON(none_as_null=True)),
    sa.Column("helpful", sa.Boolean),
    # The last barrier against asking twice, should two doors not share their locks.
    sa.UniqueConstraint("conversation", "id", name="one_message_an_id"),
)

# Conversations that are gone here and still have to be forgotten by Rasa.
deletions = sa.Table(
    "deletions", metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
)

# How sure Rasa was of a person's message, for the staff's inbox; goes with the message.
readings = sa.Table(
    "readings", metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("message", sa.String(64), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("ranking", sa.JSON, nullable=False),  # [[topic, confidence], …], likeliest first
)

# Answers a day (UTC): numbers alone, which stay when conversations are deleted.
daily_counts = sa.Table(
    "daily_counts", metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("channel", sa.String(16), primary_key=True),  # 'web' or 'telegram'
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("force", sa.String(64), primary_key=True),  # '' where there is none
    sa.Column("scope", sa.String(16), primary_key=True),
    sa.Column("emergency", sa.Boolean, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("helped", sa.Integer, nullable=False),
    sa.Column("unhelped", sa.Integer, nullable=False),
)

heartbeats = sa.Table(
    "heartbeats", metadata,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
)


class Database:
    """Hands out transactions; makes the tables when first used, so a late database is no trouble."""

    def __init__(self, url: str):
        self.engine = database.engine(url, CONNECTIONS)
        self._prepared = False
        self._preparing = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Commits at the end, rolls back on any error. Raises `sqlalchemy.exc.SQLAlchemyError`."""
        self._prepare()
        with self.engine.begin() as connection:
            yield connection

    def wipe_traces(self) -> None:
        """SQLite: takes deleted text out of the write-ahead log too; while that is busy, the next call does."""
        database.wipe_traces(self.engine)

    def _prepare(self) -> None:
        if self._prepared:
            return
        with self._preparing:
            if not self._prepared:
                database.make_tables(self.engine, metadata)
                self._prepared = True
