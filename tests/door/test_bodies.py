"""Hostile bodies: whatever is sent, the answer is by the contract and never a 5xx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from door.api.body import MOST_JSON_BYTES
from tests.door.harness import Door

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}

# Every code point, lone surrogates too, which JSON can carry and UTF-8 can't.
texts = st.text(st.characters(codec=None), max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)
bodies = st.fixed_dictionaries({}, optional={"message": values, "conversation": values, "id": values, "extra": values})


@pytest.fixture
async def open_door(make_door) -> Door:
    """A door whose limits don't end a test."""
    return await make_door(address_limit=1_000_000, conversation_limit=1_000_000)


@many
@given(body=bodies)
async def test_any_json_is_answered_by_the_contract(open_door: Door, body: dict):
    answer = open_door.check(await open_door.client.post("/api/messages", content=json.dumps(body), headers=JSON))
    assert answer.status_code in (200, 400, 401)


@many
@given(body=st.binary(max_size=200))
async def test_any_bytes_are_answered_by_the_contract(open_door: Door, body: bytes):
    for path in ("/api/messages", "/api/feedback"):
        answer = open_door.check(await open_door.client.post(path, content=body, headers=JSON))
        assert answer.status_code == 400
    assert (await open_door.client.post("/", content=body, headers=FORM)).status_code in (200, 400, 401)


@many
@given(message=texts)
async def test_any_message_is_kept_and_given_back(open_door: Door, message: str):
    answer = await open_door.client.post("/api/messages", content=json.dumps({"message": message}), headers=JSON)
    if open_door.check(answer).status_code == 200:
        told = (await open_door.read(answer.json()["conversation"])).json()["messages"]
        assert told[0]["from"] == "person" and told[0]["text"]


@many
@given(token=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=200))
async def test_any_token_is_refused(open_door: Door, token: str):
    headers = [(b"authorization", b"Bearer " + token.encode("latin-1"))]
    assert open_door.check(await open_door.client.get("/api/conversation", headers=headers)).status_code == 401


@pytest.mark.parametrize("body, code", [
    (b"[" * 30_000, "body_malformed"),
    (b'{"message":"a","x":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, "body_too_deep"),
    (b'{"message": "\xff"}', "body_not_json"), (b"", "body_not_json"), (b'{"message": "a"', "body_not_json"),
    (b'{"message": NaN}', "body_not_json"), (b'\xef\xbb\xbf{"message": "a"}', "body_not_json"),
])
async def test_what_is_no_json_is_said(door: Door, body: bytes, code: str):
    answer = door.check(await door.client.post("/api/messages", content=body, headers=JSON))
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_body_over_the_limit_is_refused_by_its_length_and_by_its_bytes(door: Door):
    large = b'{"message": "' + b"x" * MOST_JSON_BYTES + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1_000):
            yield large[start:start + 1_000]

    for content in (large, pieces()):
        answer = door.check(await door.client.post("/api/messages", content=content, headers=JSON))
        assert answer.status_code == 413 and "999" in answer.json()["detail"]


async def test_the_longest_message_fits_however_it_is_escaped(door: Door):
    body = b'{"message": "' + b"\\ud83d\\ude00" * 2_000 + b'", "id": "' + b"x" * 64 + b'"}'
    answer = await door.client.post("/api/messages", content=body, headers=JSON)
    assert answer.status_code == 200


async def test_a_body_that_trickles_in_is_given_up(door: Door, monkeypatch):
    monkeypatch.setattr("door.api.body.BODY_SECONDS", 0.1)

    async def trickle() -> AsyncIterator[bytes]:
        yield b'{"message"'
        await asyncio.sleep(5)
        yield b': "a"}'

    answer = door.check(await door.client.post("/api/messages", content=trickle(), headers=JSON))
    assert (answer.status_code, answer.json()["code"]) == (400, "body_slow")
