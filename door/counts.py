"""Counts answers by day, channel, topic, force and scope: what the staff's figures are made of.

Written in the transaction that keeps the answer, so that each is counted once. Nothing here
says who asked or what; so the counts stay when the conversation is deleted.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from door.database import daily_counts

# What each database calls an insert that may meet a row that is there.
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

Custom = dict[str, Any] | None


def count(connection: sa.Connection, channel: str, at: str, customs: list[Custom]) -> None:
    """Counts the answers of one turn. Two messages on the same thing (999, and what else helps) are one answer."""
    # In one order everywhere: two turns that count the same two rows can't wait for each other.
    for key in sorted({_key(channel, at, custom) for custom in customs}):
        _add(connection, key, answers=1)


def rate(connection: sa.Connection, channel: str, at: str, custom: Custom, before: bool | None, now: bool) -> None:
    """Counts what a person said of an answer given `at`; what they said `before` no longer counts."""
    helped, unhelped = ((now is word) - (before is word) for word in (True, False))
    if helped or unhelped:
        _add(connection, _key(channel, at, custom), helped=helped, unhelped=unhelped)


def _key(channel: str, at: str, custom: Custom) -> tuple[str, str, str, str, str, bool]:
    custom = custom or {}
    return (at[:10], channel, str(custom.get("topic") or "unclear"), custom.get("force") or "", str(custom.get("scope") or "unknown"),
            bool(custom.get("emergency")))


def _add(connection: sa.Connection, key: tuple, **by: int) -> None:
    numbers = {"answers": 0, "helped": 0, "unhelped": 0, **by}
    names = [column.name for column in daily_counts.primary_key]
    insert = INSERT[connection.dialect.name](daily_counts).values(**dict(zip(names, key, strict=True)), **numbers)
    connection.execute(insert.on_conflict_do_update(
        index_elements=names, set_={name: daily_counts.c[name] + insert.excluded[name] for name in numbers}))
