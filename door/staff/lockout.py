"""Failed sign-ins: after a few, one waits, longer each time. Every method blocks: call it in a thread."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from door.counts import INSERT
from door.database import Database
from door.staff import tables
from door.staff.digests import digest
from door.store import ago, now

# Misremembering one's password is allowed; trying a list of them is not.
FREE_TRIES = 5
# An account is tried from many addresses, an office shares one: both bear more than one person at one desk.
FREE_TRIES_OF_MANY = 20
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 3600
# A quiet day, and it is forgotten.
FORGET_SECONDS = 86_400


class Lockout:
    """Counts failures by account, by address and by both. `keys` never hold names or addresses as they are."""

    def __init__(self, database: Database):
        self._database = database

    def begin(self, account: str, address: str) -> int:
        """Counts a try that is about to be made. Returns 0, or for how many seconds none is allowed.

        Counted before it is known to fail, and before it is known whether it must wait, so that tries made at the same time are
        counted one after the other.
        """
        table, free = tables.failures, _keys(account, address)
        ours = table.c.key.in_(free)
        with self._database.transaction() as connection:
            connection.execute(table.delete().where(table.c.last < ago(FORGET_SECONDS)))
            # The counters are taken in the order of `_keys` everywhere: two tries can't wait for each other.
            insert = INSERT[connection.dialect.name](table).values([{"key": key, "number": 1, "last": now()} for key in free])
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"number": table.c.number + 1}))
            rows = connection.execute(sa.select(table).where(ours)).all()
            wait = max(_wait(row.number - 1, row.last, free[row.key]) for row in rows)
            if wait:  # then it isn't made
                connection.execute(table.update().where(ours).values(number=table.c.number - 1))
                connection.execute(table.delete().where(ours, table.c.number < 1))
            else:
                connection.execute(table.update().where(ours).values(last=now()))
        return wait

    def succeed(self, account: str, address: str) -> None:
        """Takes the failures of this person at this address back. Those of others stay."""
        table = tables.failures
        both, of_account, of_address = _keys(account, address)
        with self._database.transaction() as connection:
            connection.execute(table.delete().where(table.c.key == both))
            # One less, not none: a list of passwords isn't forgotten because the owner signed in meanwhile.
            for key in (of_account, of_address):
                connection.execute(table.update().where(table.c.key == key, table.c.number > 0).values(number=table.c.number - 1))


def _keys(account: str, address: str) -> dict[str, int]:
    """The three counters and how many tries each has for nothing. Keys are digests; both first."""
    return {digest(f"{account}\n{address}", "failure"): FREE_TRIES, digest(account, "failure of account"): FREE_TRIES_OF_MANY,
            digest(address, "failure of address"): FREE_TRIES_OF_MANY}


def _wait(number: int, last: str, free: int) -> int:
    """Seconds left of the wait after `number` failures, the last at `last`."""
    if number < free:
        return 0
    whole = min(FIRST_WAIT_SECONDS * 2 ** (number - free), LONGEST_WAIT_SECONDS)
    gone = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(last)).total_seconds()
    return max(0, round(whole - gone))
