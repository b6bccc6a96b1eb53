"""A console with people, messages and figures in it, and what a member of staff does in the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from door import counts
from door.database import Database
from door.rasa import Understood
from door.staff import tables as tables  # the tables have to be known before the database makes them
from door.staff.accounts import Accounts
from door.store import Message, Store, Turn, now
from tests.browser import stand_in
from tests.staff.trimmed_project import write_trimmed

PASSWORD = "correct horse battery"
PEOPLE = {"ada": ("Ada Shah", "administrator"), "ben": ("Ben Jones", "editor"), "pat": ("Pat Evans", "publisher")}
ASKED = [("can a pcso take my scooter away", "unclear", 0.12, [("powers_vehicles", 0.12), ("powers_traffic", 0.1), ("powers_obey", 0.04)]),
         ("can a pcso take away my scooter", "unclear", 0.13, [("powers_vehicles", 0.13), ("powers_traffic", 0.1), ("powers_obey", 0.04)]),
         ("how tall must one be to join", "recruitment_eligibility", 0.31,
          [("recruitment_eligibility", 0.31), ("recruitment_fitness", 0.2)]),
         ("the bloke next door is shouting again", "unclear", 0.1, [("contact_report_crime", 0.1)]),
         ("do they carry keys", "duties_patrol", 0.2, [("duties_patrol", 0.2), ("powers_entry", 0.1)])]


@contextmanager
def console(folder: Path) -> Iterator[str]:
    """Runs a door whose console has people and messages; gives its address."""
    database = Database(f"sqlite:///{folder}/staff.db")
    accounts = Accounts(database)
    for name, (full_name, role) in PEOPLE.items():
        accounts.add(name, full_name, role)
        accounts.set_password(name, PASSWORD)
    _ask(database)
    draft = write_trimmed(folder / "draft")
    with stand_in.door(DATABASE_URL=f"sqlite:///{folder}/staff.db", CONTENT_DIR=str(draft),
                       RELEASES_DIR=str(folder / "releases")) as address:
        yield address


def sign_in(page: Page, address: str, name: str = "ada") -> None:
    """Through the form."""
    page.goto(f"{address}/staff/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def _ask(database: Database) -> None:
    store, today = Store(database), dt.datetime.now(dt.UTC)
    for number, (text, topic, confidence, ranking) in enumerate(ASKED):
        custom = {"topic": topic, "force": None, "scope": "unknown" if topic == "unclear" else "national", "emergency": False,
                  "checked": None, "sources": []}
        question = Message(id=f"q{number}", sender="person", at=now(), text=text)
        answer = Message(id=f"a{number}", sender="assistant", at=now(), text="So.", answers=question.id, custom=custom)
        store.save(f"c{number}", Turn(question, [answer], Understood(topic, confidence, ranking)), begun=False)
    with database.transaction() as connection:
        for days in range(29):
            for topic, force, scope, often in (("powers_detain", "kent", "national", 5), ("recruitment_pay", "dorset", "unknown", 2),
                                               ("unclear", None, "unknown", 1), ("emergency", None, "national", days % 2)):
                for _ in range(often + days * 7 % 4):
                    counts.count(connection, "telegram" if days % 3 else "web", f"{today - dt.timedelta(days=days):%Y-%m-%d}", [
                        {"topic": topic, "force": force, "scope": scope, "emergency": topic == "emergency"}])
