"""`python -m door.staff`: the first administrator by one command."""

from __future__ import annotations

import pytest

from door.database import Database
from door.staff.__main__ import main
from door.staff.accounts import Accounts


@pytest.fixture
def database(tmp_path, monkeypatch) -> Database:
    url = f"sqlite:///{tmp_path}/new/door.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return Database(url)


def test_it_prints_a_link_and_no_password(database, capsys):
    assert main(["add-administrator", "A.Shah", "Ada", "Shah"]) == 0
    said = capsys.readouterr().out
    assert "/staff/welcome/" in said and "once" in said
    account = Accounts(database).find("a.shah")
    assert (account.full_name, account.role, account.has_password) == ("Ada Shah", "administrator", False)


def test_again_it_opens_a_closed_door(database, capsys):
    main(["add-administrator", "ada"])
    accounts = Accounts(database)
    accounts.add("ben", "Ben", "administrator")
    accounts.change("ada", role="editor", force="kent", closed=True)
    assert main(["add-administrator", "ada"]) == 0
    account = accounts.find("ada")
    assert (account.role, account.force, account.closed) == ("administrator", None, False)


@pytest.mark.parametrize("arguments, code", [([], 2), (["add-administrator"], 2), (["add-administrator", ""], 1),
                                             (["add-administrator", "a b"], 1), (["other", "ada"], 2)])
def test_it_says_what_is_wrong(database, capsys, arguments, code):
    assert main(arguments) == code
    assert capsys.readouterr().err


def test_a_database_that_is_away_is_told(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(["add-administrator", "ada"]) == 1
    assert "DATABASE_URL" in capsys.readouterr().err
