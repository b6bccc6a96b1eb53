"""Signing in: who may, how often one may try, and what an answer gives away."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from door.staff import passwords, tables
from door.staff.__main__ import add_administrator
from door.staff.lockout import FREE_TRIES, FREE_TRIES_OF_MANY
from door.store import ago
from tests.staff.harness import PASSWORD, problems, title

LINK = re.compile(r"/staff/welcome/\S+")
NEW = "three quite random words"


async def invited(app, stranger, name="ada"):
    said = add_administrator(app.state.service.database, name, "Ada Shah", 8000)
    return stranger(), LINK.search(said)[0]


async def test_the_first_administrator_chooses_a_password_by_a_link(app, stranger):
    ada, link = await invited(app, stranger)
    assert "Ada Shah" in (await ada.get(link)).text
    await ada.post(link, password=NEW, password_again=NEW)
    await ada.get("/staff/people")
    thief = stranger()
    await thief.get(link, 404)
    await thief.get("/staff/sign-in")
    await thief.post(link, 404, password=NEW, password_again=NEW)
    other = stranger()
    await other.sign_in("ada", NEW)
    await other.get("/staff/people")


@pytest.mark.parametrize("password, again, field", [
    ("short", "short", "password"), (NEW, NEW + "x", "password_again"), ("ada shah ada shah", "ada shah ada shah", "password"),
    ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "password"), ("abcdefghijklmno", "abcdefghijklmno", "password"),
    ("password1234", "password1234", "password"), ("x" * 201, "x" * 201, "password"), ("", "", "password"),
])
async def test_weak_passwords_are_refused(app, stranger, password, again, field):
    ada, link = await invited(app, stranger)
    await ada.get(link)
    answer = await ada.post(link, 422, password=password, password_again=again)
    assert list(problems(answer)) == [field]
    assert password == "" or f'value="{password}"' not in answer.text
    await ada.get(link)  # the invitation is still good


async def test_an_invitation_runs_out(app, stranger):
    ada, link = await invited(app, stranger)
    with app.state.service.database.transaction() as connection:
        connection.execute(tables.invitations.update().values(until=ago(1)))
    assert title(await ada.get(link, 404)) == "This link is used or too old"


async def test_a_second_invitation_ends_the_first(app, stranger):
    ada, link = await invited(app, stranger)
    _, second = await invited(app, stranger)
    await ada.get(link, 404)
    await ada.get(second)


async def test_wrong_name_and_wrong_password_are_told_alike(staff, stranger):
    await staff("editor")
    nobody = stranger()
    known = await nobody.sign_in("editor", "not the password", 422)
    unknown = await nobody.sign_in("no.such.person", "not the password", 422)
    assert problems(known) == problems(unknown) != {}
    assert "not the password" not in known.text


async def test_an_account_without_a_password_lets_nobody_in(app, stranger):
    await invited(app, stranger)
    for password in ("", "None", "nobody has this password"):
        await stranger().sign_in("ada", password, 422)


async def test_after_a_few_failures_one_waits_even_with_the_right_password(app, staff, stranger):
    await staff("editor")
    guesser = stranger("203.0.113.9")
    for _ in range(FREE_TRIES):
        await guesser.sign_in("editor", "wrong password here", 422)
    locked = await guesser.sign_in("editor", PASSWORD, 429)
    assert "Wait 1 minute" in problems(locked)["name"] and 0 < int(locked.headers["retry-after"]) <= 60
    await stranger("198.51.100.20").sign_in("editor")  # its owner, elsewhere, isn't locked out
    _age(app, 61)
    await guesser.sign_in("editor", "wrong password here", 422)
    longer = await guesser.sign_in("editor", PASSWORD, 429)
    assert int(longer.headers["retry-after"]) > 60
    _age(app, 200)
    await guesser.sign_in("editor")


async def test_one_account_tried_from_many_addresses_waits_too(staff, stranger):
    await staff("editor")
    for number in range(FREE_TRIES_OF_MANY):
        await stranger(f"203.0.113.{number + 1}").sign_in("editor", "wrong password here", 422)
    await stranger("203.0.113.200").sign_in("editor", PASSWORD, 429)


async def test_one_address_that_tries_many_accounts_waits_too(staff, stranger):
    guesser = stranger("203.0.113.9")
    for number in range(FREE_TRIES_OF_MANY):
        await guesser.sign_in(f"person{number}", "wrong password here", 422)
    await guesser.sign_in("somebody.else", PASSWORD, 429)


async def test_the_database_holds_neither_passwords_nor_addresses(app, staff, stranger):
    await staff("editor")
    await stranger("203.0.113.9").sign_in("editor", "wrong password here", 422)
    with app.state.service.database.transaction() as connection:
        rows = [str(row) for table in (tables.accounts, tables.failures, tables.audit, tables.sessions)
                for row in connection.execute(sa.select(table))]
    text = "\n".join(rows)
    assert "$argon2id$" in text and PASSWORD not in text and "203.0.113.9" not in text and "wrong password" not in text


async def test_the_sign_in_form_has_a_token_too(staff, stranger):
    await staff("editor")
    nobody = stranger()
    await nobody.post("/staff/sign-in", 403, csrf="", name="editor", password=PASSWORD)
    await nobody.get("/staff/sign-in")
    await nobody.post("/staff/sign-in", 403, csrf="0" * 64, name="editor", password=PASSWORD)
    other = stranger()
    await other.get("/staff/sign-in")
    await nobody.post("/staff/sign-in", 403, csrf=other.csrf, name="editor", password=PASSWORD)


async def test_signing_in_makes_a_new_session(staff):
    ada = await staff("editor")
    first = ada.client.cookies["pcso_staff"]
    await ada.post("/staff/sign-out")
    ada.client.cookies.set("pcso_staff", first, path="/staff")
    await ada.get("/staff/own", 303)
    ada.client.cookies.delete("pcso_staff")
    await ada.sign_in("editor")
    assert ada.client.cookies["pcso_staff"] != first


@pytest.mark.parametrize("wanted, led_to", [
    ("/staff/own", "/staff/own"), ("/staff/trail?who=a&before=3", "/staff/trail?who=a&before=3"),
    ("https://evil.example/", "/staff/"), ("//evil.example", "/staff/"), ("/staff//evil.example", "/staff/"),
    ("/\\evil.example", "/staff/"),
    ("/staff/../api", "/staff/"), ("/staff/x\r\nset-cookie: a=b", "/staff/"), ("javascript:alert(1)", "/staff/"), ("/other", "/staff/"),
])
async def test_signing_in_leads_only_into_the_console(staff, stranger, wanted, led_to):
    await staff("editor")
    ada = stranger()
    await ada.get("/staff/sign-in")
    answer = await ada.post("/staff/sign-in", name="editor", password=PASSWORD, next=wanted)
    assert answer.headers["location"] == led_to


async def test_old_hashes_are_made_anew(app, staff, stranger, monkeypatch):
    await staff("editor")
    from argon2 import PasswordHasher
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    before = _kept(app)
    await stranger().sign_in("editor")
    assert _kept(app) != before and "m=16,t=2" in _kept(app)


def _kept(app) -> str:
    with app.state.service.database.transaction() as connection:
        return connection.scalar(sa.select(tables.accounts.c.password))


def _age(app, seconds: float) -> None:
    with app.state.service.database.transaction() as connection:
        connection.execute(tables.failures.update().values(last=ago(seconds)))
