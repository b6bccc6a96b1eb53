"""Sessions: who is signed in, until when. Every method blocks: call it in a thread."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from itsdangerous import Signer
from msgspec import Struct

from door.database import Database
from door.staff import tables
from door.staff.digests import digest, new_secret
from door.staff.roles import Account
from door.store import ago, now

# A shared office: who goes to lunch is signed out; a long edit is not.
IDLE_SECONDS = 2 * 3600
# A working day; then sign in again, whatever was done.
LONGEST_SECONDS = 12 * 3600
# The time of the last request is kept no finer than this: most requests write nothing.
TOUCH_SECONDS = 60


class Session(Struct, frozen=True):
    """A session that is valid now. `notice` was left for the next page."""

    digest: str
    account: Account
    csrf: str
    notice: dict[str, Any] | None


class Sessions:
    """Begins, finds and ends sessions, whose tokens are signed with `key`. Raises `sqlalchemy.exc.SQLAlchemyError`."""

    def __init__(self, database: Database, key: str):
        self._database = database
        self._signer = Signer(key, salt="staff session", digest_method=hashlib.sha256)

    def gave(self, token: str) -> bool:
        """Whether a session began with `token`, which may have ended. A made-up one is known without the database."""
        return self._signer.validate(token)

    def begin(self, account: str, replaced: str | None = None) -> str:
        """A new session's token; the session of the token that it `replaced` ends. The account remembers when it signed in."""
        token, table = self._signer.sign(new_secret()).decode(), tables.sessions
        with self._database.transaction() as connection:
            connection.execute(table.delete().where(sa.or_(table.c.seen < ago(IDLE_SECONDS), table.c.began < ago(LONGEST_SECONDS))))
            if replaced:
                connection.execute(table.delete().where(table.c.digest == digest(replaced)))
            connection.execute(table.insert().values(digest=digest(token), account=account, began=now(), seen=now()))
            connection.execute(tables.accounts.update().where(tables.accounts.c.name == account).values(signed_in=now()))
        return token

    def find(self, token: str) -> Session | None:
        """The session that `token` opens, or None where it is forged, ended or too old."""
        if not self.gave(token):
            return None
        table, key = tables.sessions, digest(token)
        query = (sa.select(table.c.seen, table.c.notice, tables.accounts)
                 .join(tables.accounts, tables.accounts.c.name == table.c.account)
                 .where(table.c.digest == key, table.c.seen > ago(IDLE_SECONDS), table.c.began > ago(LONGEST_SECONDS),
                        tables.accounts.c.closed.is_(False)))
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
            if row and row.seen < ago(TOUCH_SECONDS):
                connection.execute(table.update().where(table.c.digest == key).values(seen=now()))
        if row is None:
            return None
        account = Account(row.name, row.full_name, row.role, row.force, row.closed, row.signed_in)
        return Session(key, account, csrf_of(token), row.notice)

    def leave_notice(self, session: str, notice: dict[str, Any] | None) -> None:
        """Keeps what the next page of this session shows; None takes it away."""
        with self._database.transaction() as connection:
            connection.execute(tables.sessions.update().where(tables.sessions.c.digest == session).values(notice=notice))

    def end(self, session: str) -> None:
        """Ends one session."""
        with self._database.transaction() as connection:
            connection.execute(tables.sessions.delete().where(tables.sessions.c.digest == session))

    def end_all(self, account: str) -> int:
        """Ends every session of an account; returns how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(tables.sessions.delete().where(tables.sessions.c.account == account)).rowcount


def csrf_of(token: str) -> str:
    """The CSRF token of a session: whoever reads it in a page learns nothing of the session's own."""
    return digest(token, "csrf")
