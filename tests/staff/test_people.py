"""Accounts and the audit trail: who may see and change them, and what is kept of a change."""

from __future__ import annotations

import re

import pytest

from door.staff.lockout import FREE_TRIES, FREE_TRIES_OF_MANY
from tests.staff.harness import PASSWORD, notice, problems, title

NEW = {"name": "j.shah", "full_name": "Jo Shah", "role": "editor", "force": ""}


@pytest.mark.parametrize("role", ["editor", "publisher"])
@pytest.mark.parametrize("path", ["/staff/people", "/staff/people/administrator", "/staff/trail"])
async def test_accounts_and_trail_are_for_administrators(staff, role, path):
    await staff("administrator")
    person = await staff(role)
    assert title(await person.get(path, 403)) == "You can’t do this"
    assert path not in (await person.get("/staff/own")).text  # and not in their navigation
    if path.startswith("/staff/people"):
        await person.get("/staff/own")
        await person.post(path, 403, **NEW)


async def test_somebody_new_gets_a_link_and_their_role(staff, stranger):
    ada = await staff("administrator")
    answer = await ada.post("/staff/people", 200, **{**NEW, "force": "kent"})
    link = re.search(r"http://door.test(/staff/welcome/[\w-]+)", answer.text)[1]
    jo = stranger()
    await jo.get(link)
    assert (await ada.get("/staff/people")).text.count("<td>Never</td>") == 1
    await jo.post(link, password=PASSWORD, password_again=PASSWORD)
    assert "<td>Never</td>" not in (await ada.get("/staff/people")).text
    assert "for Kent only" in (await jo.get("/staff/own")).text
    await jo.get("/staff/people", 403)
    trail = (await ada.get("/staff/trail?who=administrator")).text
    assert "account made" in trail and "Jo Shah: editor, kent only" in trail


@pytest.mark.parametrize("fields, field", [
    ({"name": ""}, "name"), ({"name": "x"}, "name"), ({"name": "../etc"}, "name"), ({"name": "a b"}, "name"),
    ({"name": "'; DROP TABLE x"}, "name"),
    ({"name": "administrator"}, "name"), ({"name": "a" * 41}, "name"), ({"full_name": ""}, "full_name"),
    ({"full_name": "x" * 81}, "full_name"),
    ({"role": ""}, "role"), ({"role": "owner"}, "role"), ({"force": "atlantis"}, "force"), ({"force": "../kent"}, "force"),
])
async def test_wrong_fields_are_told_beside_the_field_and_nothing_is_lost(staff, fields, field):
    ada = await staff("administrator")
    answer = await ada.post("/staff/people", 422, **{**NEW, **fields})
    assert list(problems(answer)) == [field] and f'id="{field}-error"' in answer.text and f'id="{field}"' in answer.text
    if "full_name" not in fields:
        assert "Jo Shah" in answer.text
    assert answer.text.startswith("\n<!doctype") or "<title>Error: " in answer.text


async def test_a_hostile_name_is_shown_as_text_and_can_forge_no_author(staff):
    ada = await staff("administrator")
    name = "<script>alert(1)</script>\nevil <e@x>{{7*7}}\u202e"
    await ada.post("/staff/people", 200, **{**NEW, "full_name": name})
    page = (await ada.get("/staff/people")).text
    assert "<script>alert" not in page and "{{7*7}}" in page
    author = ada.parts.accounts.find("j.shah").author
    assert author.endswith(" <j.shah@staff.invalid>") and author.count("<") == 1 and not set(author) & set("\n\u202e")


async def test_closing_an_account_signs_it_out_at_once(staff, stranger):
    ada, bob = await staff("administrator"), await staff("editor", "bob")
    page = await ada.submit("/staff/people/bob", role="editor", force="", closed="yes")
    assert notice(page) == "Saved: Bob."
    await bob.get("/staff/own", 303)
    await stranger().sign_in("bob", PASSWORD, 422)


async def test_a_changed_role_counts_at_once(staff):
    ada, bob = await staff("administrator"), await staff("administrator", "bob")
    await bob.get("/staff/people")
    await ada.post("/staff/people/bob", role="editor", force="")
    await bob.get("/staff/people", 403)


async def test_the_last_administrator_stays(staff):
    ada = await staff("administrator")
    for fields in ({"role": "editor"}, {"role": "administrator", "closed": "yes"}):
        answer = await ada.post("/staff/people/administrator", 422, force="", **fields)
        assert "last administrator" in problems(answer)["role"]
    await ada.get("/staff/people")


async def test_a_new_link_replaces_a_forgotten_password(staff, stranger):
    ada, bob = await staff("administrator"), await staff("editor", "bob")
    answer = await ada.post("/staff/people/bob/invite", 200)
    link = re.search(r"(/staff/welcome/[\w-]+)", answer.text)[1]
    await stranger().sign_in("bob")  # until the link is used
    again = stranger()
    await again.get(link)
    await again.post(link, password="a wholly new password", password_again="a wholly new password")
    await bob.get("/staff/own", 303)
    await stranger().sign_in("bob", PASSWORD, 422)


async def test_one_changes_a_password_only_with_the_old_one(staff):
    bob = await staff("editor", "bob")
    new = {"password": "a wholly new password", "password_again": "a wholly new password"}
    assert list(problems(await bob.post("/staff/own/password", 422, old_password="wrong", **new))) == ["old_password"]
    short = await bob.post("/staff/own/password", 422, old_password=PASSWORD, password="short", password_again="short")
    assert list(problems(short)) == ["password"]
    for _ in range(FREE_TRIES + 1):
        answer = await bob.post("/staff/own/password", 422, old_password="wrong", **new)
    assert "Too many tries" in problems(answer)["old_password"]


async def test_a_new_password_that_is_refused_is_no_wrong_try(staff):
    bob, new = await staff("editor", "bob"), "a wholly new password"
    for _ in range(FREE_TRIES):
        weak = await bob.post("/staff/own/password", 422, old_password=PASSWORD, password="short", password_again="short")
        other = await bob.post("/staff/own/password", 422, old_password=PASSWORD, password=new, password_again="another")
        assert [*problems(weak), *problems(other)] == ["password", "password_again"]
    await bob.post("/staff/own/password", old_password=PASSWORD, password=new, password_again=new)


async def test_tries_on_many_accounts_lock_nobody_elses_own_page(staff):
    new = {"password": "a wholly new password", "password_again": "a wholly new password"}
    for number in range(FREE_TRIES_OF_MANY // FREE_TRIES):
        guessing = await staff("editor", f"guessing-{number}")
        for _ in range(FREE_TRIES):
            await guessing.post("/staff/own/password", 422, old_password="wrong", **new)
    ada = await staff("editor", "ada")
    await ada.post("/staff/own/password", old_password=PASSWORD, **new)


async def test_the_trail_is_filtered_paged_and_escaped(staff):
    ada = await staff("administrator")
    for number in range(60):
        ada.parts.audit.write("ada", "answer changed", f"topic {number}", before="old", after="<img src=x onerror=alert(1)>")
    first = (await ada.get("/staff/trail?what=answer+changed")).text
    assert "topic 59" in first and "topic 9<" not in first and "<img" not in first
    older = re.search(r'href="(/staff/trail\?[^"]+)">Older', first)[1].replace("&amp;", "&")
    assert "topic 9<" in (await ada.get(older)).text
    found = (await ada.get("/staff/trail?containing=TOPIC+17")).text
    assert "topic 17" in found and "topic 18" not in found
    for hostile in ("%", "_", "'", "\\", "\x00"):
        await ada.get("/staff/trail", params={"containing": hostile, "before": hostile})
