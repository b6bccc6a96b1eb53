"""Limits per conversation and per client address, and whose address that is."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from tests.door.harness import Door

ME = "198.51.100.7"


@pytest.fixture(autouse=True)
def one_window(monkeypatch):
    """Ten seconds into a minute that doesn't end during the test."""
    minute = time.time() // 60 * 60
    monkeypatch.setattr("door.shared._window", lambda seconds: (int(minute), 50))


async def test_a_conversation_has_a_limit_of_its_own(make_door):
    door = await make_door(conversation_limit=3)
    token = (await door.say("hello"))["conversation"]
    for _ in range(2):
        await door.say("more", token)
    refused = await door.post("more", token)
    assert refused.status_code == 429 and refused.headers["retry-after"] == "50"
    assert "999" in refused.json()["detail"]
    assert (await door.post("hello")).status_code == 200  # another conversation
    assert (await door.read(token)).status_code == 200


async def test_an_address_has_a_limit_whatever_it_asks(make_door):
    door = await make_door(address_limit=4)
    for _ in range(4):
        await door.say("hello")
    for answer in (await door.post("hello"), await door.read("x"), await door.forget("x")):
        assert answer.status_code == 429
    page = await door.client.post("/", data={"message": "my long question"})
    assert page.status_code == 429 and "my long question" in page.text and page.headers["retry-after"] == "50"
    for path in ("/", "/health", "/metrics", "/static/page.css"):
        assert (await door.client.get(path)).status_code == 200, path


async def test_over_the_limit_the_page_leaves_the_database_alone(make_door):
    door = await make_door(address_limit=1)
    token = (await door.say("hello"))["conversation"]
    asked: list[str] = []
    sa.event.listen(door.service.database.engine, "before_cursor_execute", lambda _, __, statement, *___: asked.append(statement))
    page = await door.client.post("/", data={"message": "my long question", "conversation": token})
    assert page.status_code == 429 and "my long question" in page.text and f'value="{token}"' in page.text
    assert asked == []


async def asks(door: Door, **headers: str) -> int:
    return (await door.client.post("/api/messages", json={"message": "hello"}, headers=headers)).status_code


async def test_a_forwarded_address_is_not_believed_from_just_anybody(make_door):
    door = await make_door(address_limit=2)
    statuses = [await asks(door, **{"x-forwarded-for": f"203.0.113.{number}"}) for number in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_trusted_proxy_tells_whom_it_serves(make_door, networks):
    door = await make_door(address_limit=1, trusted_proxies=networks("198.51.100.0/24, 10.0.0.1"))
    assert await asks(door, **{"x-forwarded-for": "203.0.113.1"}) == 200
    assert await asks(door, **{"x-forwarded-for": "203.0.113.2"}) == 200
    assert await asks(door, **{"x-forwarded-for": "203.0.113.1"}) == 429
    # What the caller itself wrote stands on the left, and is not believed.
    assert await asks(door, **{"x-forwarded-for": "1.2.3.4, 203.0.113.1"}) == 429
    assert await asks(door, **{"x-forwarded-for": "1.2.3.4, 203.0.113.2, 10.0.0.1"}) == 429
    assert await asks(door, **{"x-forwarded-for": "203.0.113.1:4711"}) == 429
    assert await asks(door, **{"x-forwarded-for": "[2001:db8::1]:4711"}) == 200
    assert await asks(door, **{"x-forwarded-for": "2001:db8::2"}) == 429
    assert await asks(door, **{"x-forwarded-for": "rubbish"}) == 200
    assert await asks(door, **{"x-forwarded-for": "other rubbish"}) == 429


async def test_a_household_has_one_limit_however_many_ipv6_addresses(make_door):
    first = await make_door(client_address="2001:db8:1:2::1", address_limit=1)
    assert await asks(first) == 200
    first.client._transport.client = ("2001:db8:1:2:ffff::9", 1)
    assert await asks(first) == 429
    first.client._transport.client = ("2001:db8:1:3::1", 1)
    assert await asks(first) == 200


@pytest.fixture
def networks():
    from door.settings import from_environment
    return lambda value: from_environment({"TRUSTED_PROXIES": value}).trusted_proxies
