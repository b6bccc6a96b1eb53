"""`python -m door.staff add-administrator NAME`: makes the first administrator.

It prints a link, good once and for three days, behind which the administrator chooses a
password: nobody else ever knows it, and none is typed where a terminal keeps it.
"""

from __future__ import annotations

import sys

import sqlalchemy as sa

from door.database import Database
from door.settings import SettingsError, from_environment
from door.staff.accounts import INVITATION_DAYS, Accounts, NotPossible
from door.staff.audit import Audit

USAGE = "usage: python -m door.staff add-administrator NAME [FULL NAME]"


def main(arguments: list[str]) -> int:
    """Returns the exit code."""
    if len(arguments) < 2 or arguments[0] != "add-administrator":
        print(USAGE, file=sys.stderr)
        return 2
    try:
        settings = from_environment()
        database = Database(settings.database_url)
        print(add_administrator(database, arguments[1], " ".join(arguments[2:]), settings.port))
    except SettingsError as error:
        print(f"door: wrong settings.\n{error}", file=sys.stderr)
        return 2
    except NotPossible as error:
        print(f"{error}.", file=sys.stderr)
        return 1
    except sa.exc.SQLAlchemyError as error:
        print(f"The database of DATABASE_URL can't be used ({type(error).__name__}). Is it running?", file=sys.stderr)
        return 1
    return 0


def add_administrator(database: Database, name: str, full_name: str, port: int) -> str:
    """Makes the account, or reopens it as an administrator's, and returns what to tell. Raises `NotPossible`."""
    accounts = Accounts(database)
    name = name.strip().lower()
    if accounts.find(name):
        accounts.change(name, role="administrator", force=None, closed=False)
    else:
        accounts.add(name, full_name or name, "administrator")
    secret = accounts.invite(name)
    Audit(database).write("(command)", "administrator made", name)
    return (f"Open this address to choose the password of {name} (once, within {INVITATION_DAYS} days; on another machine put its "
            f"name in place of localhost):\n\n  http://localhost:{port}/staff/welcome/{secret}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
