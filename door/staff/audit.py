"""The audit trail: who changed what, when, from what to what. Rows are only ever added."""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from door.database import Database
from door.staff.tables import audit
from door.store import now


class Entry(Struct, frozen=True):
    """One change."""

    number: int
    at: str
    who: str
    what: str
    subject: str
    before: str | None = None
    after: str | None = None


class Audit:
    """Writes and reads the trail. Every method blocks; raises `sqlalchemy.exc.SQLAlchemyError`."""

    def __init__(self, database: Database):
        self._database = database

    def write(self, who: str, what: str, subject: str, before: str | None = None, after: str | None = None) -> None:
        """Adds an entry. `what` is a few words ('answer changed'), `subject` what it happened to ('powers_detain')."""
        with self._database.transaction() as connection:
            connection.execute(audit.insert().values(at=now(), who=who, what=what[:64], subject=subject[:200],
                                                     before=before, after=after))

    def read(self, *, who: str = "", what: str = "", containing: str = "", before_number: int | None = None,
             most: int = 50) -> list[Entry]:
        """Entries that fit, newest first; `before_number` goes on where an earlier page ended."""
        query = sa.select(audit).order_by(audit.c.number.desc()).limit(most)
        if who:
            query = query.where(audit.c.who == who)
        if what:
            query = query.where(audit.c.what == what)
        if containing:
            query = query.where(sa.or_(*(column.icontains(containing, autoescape=True)
                                         for column in (audit.c.subject, audit.c.before, audit.c.after))))
        if before_number is not None:
            query = query.where(audit.c.number < before_number)
        with self._database.transaction() as connection:
            return [Entry(row.number, row.at, row.who, row.what, row.subject, row.before, row.after)
                    for row in connection.execute(query)]

    def kinds(self) -> tuple[list[str], list[str]]:
        """Everybody and every kind of change in the trail, for its filters."""
        with self._database.transaction() as connection:
            return tuple(list(connection.scalars(sa.select(column).distinct().order_by(column)))
                         for column in (audit.c.who, audit.c.what))
