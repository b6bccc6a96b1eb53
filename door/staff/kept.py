"""What people asked lately, for finding out what a change would mean to them.

Personal data was taken out before it was kept. Only message numbers go into results: the words
are looked up when they are shown, so that a chat that was deleted is deleted there too.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from door.database import Database, messages
from releases.jobs import Kept

MOST = 1_000
# SQLite takes so many values in one query.
AT_ONCE = 500


def latest(database: Database, most: int = MOST) -> list[list[Kept]]:
    """The last messages of people, conversation by conversation, in the order they were written."""
    newest = (sa.select(messages.c.number, messages.c.conversation, messages.c.text)
              .where(messages.c.sender == "person").order_by(messages.c.number.desc()).limit(most))
    found: dict[str, list[Kept]] = {}
    with database.transaction() as connection:
        for row in reversed(connection.execute(newest).all()):
            found.setdefault(row.conversation, []).append(Kept(row.number, row.text))
    return list(found.values())


def texts(database: Database, numbers: Iterable[int]) -> dict[int, str]:
    """The messages that are still there: number → text."""
    wanted, found = list(numbers), {}
    with database.transaction() as connection:
        for start in range(0, len(wanted), AT_ONCE):
            query = sa.select(messages.c.number, messages.c.text).where(messages.c.number.in_(wanted[start:start + AT_ONCE]))
            found.update({row.number: row.text for row in connection.execute(query)})
    return found
