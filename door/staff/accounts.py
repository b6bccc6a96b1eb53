"""Accounts as they are kept. Every method blocks: call it in a thread."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa

from door.database import Database
from door.staff import passwords, tables
from door.staff.digests import digest, new_secret
from door.staff.roles import ROLES, Account
from door.store import ago, now

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
INVITATION_DAYS = 3
MOST_FULL_NAME = 80


class NotPossible(Exception):
    """Can't be done; the message says why, for the person. `field` is the field it is about."""

    def __init__(self, message: str, field: str = "name"):
        super().__init__(message)
        self.field = field


class Accounts:
    """Makes, changes and checks accounts. Raises `sqlalchemy.exc.SQLAlchemyError`."""

    def __init__(self, database: Database):
        self._database = database

    def all(self) -> list[Account]:
        """Everybody, by name."""
        with self._database.transaction() as connection:
            return [_account(row) for row in connection.execute(sa.select(tables.accounts).order_by(tables.accounts.c.name))]

    def find(self, name: str) -> Account | None:
        """The account of this name, closed or not."""
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(tables.accounts).where(tables.accounts.c.name == name)).one_or_none()
        return _account(row) if row else None

    def add(self, name: str, full_name: str, role: str, force: str | None = None) -> Account:
        """A new account, without a password until its owner has used an invitation. Raises `NotPossible`."""
        name, full_name = name.strip().lower(), _printable(full_name)
        if not _NAME.fullmatch(name):
            raise NotPossible("Enter a sign-in name of 2 to 40 letters, digits and . _ - that begins with a letter")
        if not 1 <= len(full_name) <= MOST_FULL_NAME:
            raise NotPossible(f"Enter a full name of up to {MOST_FULL_NAME} characters", "full_name")
        if role not in ROLES:
            raise NotPossible("Choose a role", "role")
        account = Account(name, full_name, role, force, has_password=False)
        try:
            with self._database.transaction() as connection:
                connection.execute(tables.accounts.insert().values(
                    name=name, full_name=full_name, role=role, force=force, closed=False, made=now()))
        except sa.exc.IntegrityError:
            raise NotPossible(f"There is already an account called {name}") from None
        return account

    def change(self, name: str, *, role: str, force: str | None, closed: bool) -> None:
        """Changes what an account may. Closing it signs it out everywhere. Raises `NotPossible`."""
        if role not in ROLES:
            raise NotPossible("Choose a role", "role")
        table = tables.accounts
        with self._database.transaction() as connection:
            # Held until the end of the transaction: two administrators can't close each other.
            administrators = sa.select(table.c.name).where(table.c.role == "administrator").order_by(table.c.name)
            connection.execute(administrators.with_for_update()).all()
            connection.execute(table.update().where(table.c.name == name).values(role=role, force=force, closed=closed))
            left = connection.scalar(sa.select(sa.func.count()).where(
                table.c.role == "administrator", table.c.closed.is_(False)))
            if not left:
                raise NotPossible("This is the last administrator: make somebody else an administrator first", "role")
            if closed:
                connection.execute(tables.sessions.delete().where(tables.sessions.c.account == name))
                connection.execute(tables.invitations.delete().where(tables.invitations.c.account == name))

    def check(self, name: str, password: str) -> Account | None:
        """The account where name and password are right, else None. Takes a tenth of a second."""
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(tables.accounts).where(tables.accounts.c.name == name)).one_or_none()
        right = passwords.matches(row.password if row else None, password)
        if not right or row.closed:
            return None
        if passwords.is_dated(row.password):
            kept = passwords.make_hash(password)
            with self._database.transaction() as connection:
                connection.execute(tables.accounts.update().where(tables.accounts.c.name == name).values(password=kept))
        return _account(row)

    def set_password(self, name: str, password: str) -> None:
        """Keeps a new password, and ends every session and invitation of the account. Raises `NotPossible`."""
        account = self.find(name)
        if account is None or account.closed:
            raise NotPossible("This account is closed", "password")
        wrong = passwords.complaint(password, account.name, account.full_name)
        if wrong:
            raise NotPossible(wrong, "password")
        kept = passwords.make_hash(password)
        with self._database.transaction() as connection:
            connection.execute(tables.accounts.update().where(tables.accounts.c.name == name).values(password=kept))
            for table in (tables.sessions, tables.invitations):
                connection.execute(table.delete().where(table.c.account == name))

    def invite(self, name: str) -> str:
        """A secret for a link by which the account's owner chooses a password, once; earlier ones end."""
        secret, table = new_secret(), tables.invitations
        with self._database.transaction() as connection:
            connection.execute(table.delete().where(sa.or_(table.c.account == name, table.c.until < now())))
            connection.execute(table.insert().values(digest=digest(secret), account=name,
                                                     until=ago(-INVITATION_DAYS * 86_400)))
        return secret

    def invited(self, secret: str) -> Account | None:
        """Whose invitation it is, or None where it is used, too old or none."""
        query = (sa.select(tables.accounts).join(tables.invitations, tables.invitations.c.account == tables.accounts.c.name)
                 .where(tables.invitations.c.digest == digest(secret), tables.invitations.c.until > now(),
                        tables.accounts.c.closed.is_(False)))
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
        return _account(row) if row else None


def _account(row: sa.Row) -> Account:
    return Account(row.name, row.full_name, row.role, row.force, row.closed, row.signed_in, row.password is not None)


def _printable(text: str) -> str:
    """One line without control characters: it becomes the author of commits."""
    kept = "".join(" " if char in "<>\n\r\t" else char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs")
                   or char in "\n\r\t")
    return " ".join(kept.split())
