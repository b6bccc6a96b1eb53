"""Nothing of the console without a session; no change without the page's token; no session but one's own."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from door.staff import tables
from door.staff.guard import COOKIE, OPEN
from door.staff.pages.entrance import MOST_FORM_BYTES, STATIC
from door.staff.sessions import IDLE_SECONDS, LONGEST_SECONDS
from door.store import ago
from tests.staff.harness import all_routes, console, notice, title


def routes(app: Any) -> list[tuple[str, str]]:
    """(method, path) of every route of the console that isn't open, with something for each parameter."""
    return [(method, "/staff" + re.sub(r"\{[^}]*\}", "1", route.path)) for route in all_routes(console(app))
            if route.path not in OPEN for method in sorted(route.methods)]


async def test_every_route_needs_a_session(app, stranger):
    everything = routes(app)
    assert len(everything) > 10
    for cookie in (None, "", "forged", "a" * 43, "../../etc", "ü"):
        nobody = stranger()
        headers = {"cookie": f"{COOKIE}={cookie}".encode()} if cookie is not None else {}
        for method, path in everything:
            answer = await nobody.client.request(method, path, headers=headers, data={"csrf": "x"} if method == "POST" else None)
            assert answer.status_code == (303 if method in ("GET", "HEAD") else 401), (method, path)
            assert answer.headers.get("location", "/staff/sign-in").startswith("/staff/sign-in"), (method, path)
            assert "Sign out" not in answer.text


async def test_every_change_needs_the_token_of_its_page(app, staff):
    ada = await staff("administrator")
    other = await staff("publisher")
    await other.get("/staff/own")
    changes = [(method, path) for method, path in routes(app) if method not in ("GET", "HEAD")]
    assert changes
    for method, path in changes:
        for given in ({}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": other.csrf}, {"csrf": "ü"}):
            answer = await ada.client.request(method, path, data=given or {"other": "1"})
            assert answer.status_code == 403 and title(answer) == "This form is out of date", (method, path, given)
    await ada.get("/staff/own")  # still signed in: sign-out was among them


async def test_no_route_reads_a_body_before_the_guard(app):
    # FastAPI reads the body for Form() and Body() parameters before any dependency: then CSRF would come too late.
    assert [route.path for route in all_routes(console(app)) if getattr(route, "body_field", None)] == []


async def test_another_site_may_not_send_a_form(staff):
    ada = await staff("editor")
    await ada.get("/staff/own")
    for site in ("cross-site", "same-site"):
        answer = await ada.client.post("/staff/sign-out", data={"csrf": ada.csrf}, headers={"sec-fetch-site": site})
        assert answer.status_code == 403
    await ada.get("/staff/own")


async def test_the_token_may_come_as_htmx_sends_it(staff):
    ada = await staff("editor")
    await ada.get("/staff/own")
    headers = {"x-csrf-token": ada.csrf, "content-type": "application/x-www-form-urlencoded"}
    answer = await ada.client.post("/staff/sign-out", headers=headers)
    assert answer.status_code == 303


async def test_a_stolen_session_ends_with_sign_out_everywhere(staff, stranger):
    ada = await staff("editor")
    thief = stranger()
    thief.client.cookies.set(COOKIE, ada.client.cookies[COOKIE], path="/staff")
    await thief.get("/staff/own")  # a bearer of the cookie is in, until:
    await ada.post("/staff/own/sign-out-everywhere")
    await thief.get("/staff/own", 303)


async def test_a_changed_password_ends_a_stolen_session(staff, stranger):
    ada = await staff("editor")
    thief = stranger()
    thief.client.cookies.set(COOKIE, ada.client.cookies[COOKIE], path="/staff")
    page = await ada.submit("/staff/own/password", old_password="correct horse battery", password="three other random words",
                            password_again="three other random words")
    assert "signed out everywhere else" in notice(page)
    await thief.get("/staff/own", 303)


async def test_the_database_opens_no_session(app, staff, stranger):
    ada = await staff("editor")
    with app.state.service.database.transaction() as connection:
        kept = connection.execute(sa.select(tables.sessions)).one()
    assert ada.client.cookies[COOKIE] not in map(str, kept)
    thief = stranger()
    thief.client.cookies.set(COOKIE, kept.digest, path="/staff")
    await thief.get("/staff/own", 303)


@pytest.mark.parametrize("column, seconds", [("seen", IDLE_SECONDS), ("began", LONGEST_SECONDS)])
async def test_sessions_run_out(app, staff, column, seconds):
    ada = await staff("editor")

    def age(by: float) -> None:
        with app.state.service.database.transaction() as connection:
            connection.execute(tables.sessions.update().values({column: ago(by)}))

    age(seconds - 60)
    await ada.get("/staff/own")
    age(seconds + 1)
    answer = await ada.get("/staff/own?x=1", 303)
    assert answer.headers["location"] == "/staff/sign-in?next=/staff/own%3Fx%3D1"


async def test_use_keeps_a_session_alive(app, staff):
    ada = await staff("editor")
    for _ in range(3):
        with app.state.service.database.transaction() as connection:
            connection.execute(tables.sessions.update().values(seen=ago(IDLE_SECONDS - 60)))
        await ada.get("/staff/own")


async def test_what_was_written_is_given_back_after_signing_out(app, staff):
    ada = await staff("editor")
    secrets = re.findall(r'name="(\w+)" type="password"', (await ada.get("/staff/own")).text)
    assert len(secrets) == 3
    with app.state.service.database.transaction() as connection:
        connection.execute(tables.sessions.delete())
    words = "PCSOs can <script>detain</script> you for 30 minutes."
    answer = await ada.post("/staff/own/password", 401, **dict.fromkeys(secrets, "my very own password"), notes=words)
    assert "&lt;script&gt;detain" in answer.text and "<script>detain" not in answer.text
    assert "my very own password" not in answer.text


@pytest.fixture
def limited(make_app, monkeypatch):
    """`await limited(3)`: a door that lets an address send so many requests, and somebody before it who isn't signed in."""
    minute = time.time() // 60
    monkeypatch.setattr("door.shared._window", lambda seconds: (int(minute), 50))

    async def make(limit: int) -> httpx.AsyncClient:
        app = await make_app(address_limit=limit)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door.test")

    return make


class Upload:
    """A large form whose bytes are counted as they are fetched."""

    def __init__(self) -> None:
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in (b"text=", *[b"what a stranger wrote " * 50] * 100):
            self.read += len(piece)
            yield piece


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("cookie", ["x", "a" * 43, "a" * 43 + "." + "b" * 43])
async def test_a_strangers_upload_is_counted_and_neither_read_nor_given_back(limited, cookie):
    async with await limited(3) as client:
        statuses = []
        for _ in range(5):
            upload = Upload()
            answer = await client.post("/staff/exchange", content=upload, headers={**FORM, "cookie": f"{COOKIE}={cookie}"})
            statuses.append(answer.status_code)
            assert upload.read == 0 and "what a stranger wrote" not in answer.text
        assert statuses == [401, 401, 401, 429, 429]


async def test_people_who_are_not_signed_in_are_counted_on_every_page_before_anything_is_read(limited):
    async with await limited(3) as client:
        for path in ("/staff/own", "/staff/sign-in", "/staff/welcome/nothing"):
            assert (await client.get(path)).status_code != 429, path
        for path in ("/staff/own", "/staff/sign-in", "/staff/welcome/nothing"):
            assert (await client.get(path)).status_code == 429, path
        for path in ("/staff/sign-in", "/staff/welcome/nothing"):
            upload = Upload()
            assert (await client.post(path, content=upload, headers=FORM)).status_code == 429 and upload.read == 0, path
        assert (await client.get("/staff/static/staff.css")).status_code == 200


async def test_the_forms_that_anybody_may_send_are_small(stranger):
    nobody = stranger()
    for path in ("/staff/sign-in", "/staff/welcome/nothing"):
        answer = await nobody.client.post(path, data={"name": "a" * MOST_FORM_BYTES})
        assert answer.status_code == 413, path


async def test_the_signed_in_are_not_counted(stranger, staff, monkeypatch):
    ada = await staff("editor")
    monkeypatch.setattr(ada.parts.service, "settings", dataclasses.replace(ada.parts.service.settings, address_limit=0))
    await ada.get("/staff/own")
    await stranger().get("/staff/own", 429)


async def test_the_cookie_is_out_of_reach(staff, stranger):
    await staff("editor")
    answer = await stranger().sign_in("editor")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/staff" in cookie and "Secure" not in cookie


async def test_the_cookie_is_for_https_alone_where_there_is_https(make_app):
    from door.settings import from_environment
    app = await make_app(trusted_proxies=from_environment({"TRUSTED_PROXIES": "198.51.100.7"}).trusted_proxies)
    transport = httpx.ASGITransport(app, client=("198.51.100.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://door.test") as client:
        plain = await client.get("/staff/sign-in")
        secure = await client.get("/staff/sign-in", headers={"x-forwarded-proto": "https"})
    assert "; Secure" in secure.headers["set-cookie"] and "; Secure" not in plain.headers["set-cookie"]
    assert "not encrypted" in plain.text and "not encrypted" not in secure.text


async def test_pages_carry_strict_headers_and_are_kept_nowhere(staff):
    ada = await staff("administrator")
    for path in ("/staff/own", "/staff/nothing", "/staff/people", "/staff/sign-in"):
        headers = (await ada.client.get(path)).headers
        policy = headers["content-security-policy"]
        assert headers["cache-control"] == "no-store" and headers["x-frame-options"] == "DENY"
        if "content-type" in headers:
            assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy


async def test_the_console_is_framed_by_no_site_that_embeds_the_chat(make_app, stranger):
    app = await make_app(embed_origins=("https://www.dorset.police.uk",))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door.test") as client:
        headers = (await client.get("/staff/sign-in")).headers
    assert "dorset" not in headers["content-security-policy"] and headers["x-frame-options"] == "DENY"


async def test_a_fault_is_told_as_a_page(app, staff, monkeypatch):
    ada = await staff("administrator")

    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(ada.parts.accounts, "all", broken)
    answer = await ada.client.get("/staff/people")
    assert answer.status_code == 500 and title(answer) == "Something went wrong" and "secret detail" not in answer.text


async def test_a_database_that_is_away_is_told_as_a_page(app, staff, monkeypatch):
    ada = await staff("administrator")

    def away(*_: Any) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(ada.parts.accounts, "all", away)
    answer = await ada.client.get("/staff/people")
    assert answer.status_code == 503 and "database" in title(answer)


def test_htmx_is_the_file_that_its_checksum_names():
    readme = (STATIC / "README.md").read_text("utf-8")
    assert f"`{hashlib.sha256((STATIC / 'htmx.min.js').read_bytes()).hexdigest()}`" in readme and (STATIC / "htmx.LICENSE.txt").exists()
