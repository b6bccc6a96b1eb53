"""Whatever breaks behind the door: people in danger are told 999, the others hear the truth, and it heals."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

import door.turns
from tests.door.harness import Door
from tests.door.rasa_on_the_wire import RasaOnTheWire, reply

DANGER = "help he's got a knife"


def slow(rasa: RasaOnTheWire) -> None:
    rasa.delay = 5.0


def gives(**how: object):
    def play(rasa: RasaOnTheWire) -> None:
        for name, value in how.items():
            setattr(rasa, name, value)
    return play


FAULTS = {
    "dead": gives(),  # stopped by the fixture
    "slow": slow,
    "hangs up": gives(raw=b""),
    "not HTTP": gives(raw=b"\x00\x01\x02 rubbish\r\n\r\n"),
    "stops half-way": gives(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n[{"),
    "not compressed as it says": gives(raw=b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nrubbish"),
    "500": gives(status=500),
    "404": gives(status=404),
    "redirects": gives(status=302),
    "silence": gives(body=b"[]"),
    "nothing": gives(body=b""),
    "not JSON": gives(body=b"<html>"),
    "not UTF-8": gives(body=b'[{"text": "\xff\xfe"}]'),
    "an object": gives(body=b'{"text": "hello"}'),
    "nested": gives(body=b"[" * 100_000),
    "no custom": gives(body=b'[{"text": "hello"}]'),
    "no text": gives(replies=[reply("")]),
    "text is a number": gives(replies=[{**reply("x"), "text": 7}]),
    "scope unheard of": gives(replies=[reply("x", scope="galaxy")]),
    "a script for a link": gives(replies=[reply("x", sources=[
        {"title": "t", "publisher": "p", "url": "javascript:alert(1)"}])]),
    "endless": gives(replies=[reply("x" * 600_000)]),
    "a thousand messages": gives(replies=[reply("x")] * 1_000),
}


@pytest.fixture(params=FAULTS, ids=list(FAULTS))
async def broken(request, make_door) -> Door:
    """A door in a conversation, whose Rasa then breaks; `door.token` is the conversation's."""
    door = await make_door()
    door.token = (await door.say("hello"))["conversation"]
    door.service._rasa._seconds = 0.3
    FAULTS[request.param](door.rasa)
    if request.param == "dead":
        await door.rasa.stop()
    return door


async def test_a_question_hears_the_truth_and_can_be_asked_again(broken: Door):
    answer = await broken.post("can they detain me?", broken.token, id="q-1")
    assert answer.status_code == 503
    assert "999" in answer.json()["detail"] and "101" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert len((await broken.read(broken.token)).json()["messages"]) == 2
    await mend(broken.rasa)
    broken.service._rasa._seconds = 15.0
    assert (await broken.say("can they detain me?", broken.token, id="q-1"))["messages"]


async def test_an_emergency_is_told_999(broken: Door):
    answer = await broken.say(DANGER, broken.token, id="q-1")
    assert "999" in answer["messages"][0]["text"] and answer["messages"][0]["custom"]["emergency"] is True
    again = await broken.say(DANGER, broken.token, id="q-1")
    assert again == answer
    told = (await broken.read(broken.token)).json()["messages"]
    assert [m["from"] for m in told][2:4] == ["person", "assistant"]


async def mend(rasa: RasaOnTheWire) -> None:
    rasa.delay, rasa.raw, rasa.status, rasa.body, rasa.replies = 0.0, None, 200, None, None
    await rasa.stop()
    await rasa.start()


async def test_a_first_message_in_danger_gets_a_conversation_to_go_on_with(door: Door):
    await door.rasa.stop()
    token = (await door.say(DANGER))["conversation"]
    await mend(door.rasa)
    await door.say("they are gone now", token)


async def test_danger_does_not_wait_behind_a_slow_message(make_door, monkeypatch):
    at = await make_door()
    token = (await at.say("hello"))["conversation"]
    monkeypatch.setattr(door.turns, "EMERGENCY_SECONDS", 0.3)
    at.rasa.delay = 3.0
    slow_one = asyncio.create_task(at.post("a slow question", token))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2.5):
        answer = await at.say(DANGER, token)
    assert answer["messages"][0]["custom"]["emergency"] is True
    assert (await slow_one).status_code == 200


async def test_rasa_that_overlooks_danger_is_overruled(door: Door):
    answer = await door.say(DANGER)
    assert [m["custom"]["emergency"] for m in answer["messages"]][::len(answer["messages"]) - 1] == [True, False]
    door.rasa.replies = [reply("Call 999 now.", emergency=True, topic="emergency")]
    assert len((await door.say(DANGER))["messages"]) == 1


@pytest.mark.parametrize("danger", ["none", "perhaps"])
async def test_rasa_that_weighed_the_danger_knows_better_than_words(door: Door, danger: str):
    door.rasa.understood = {"topic": "thanks", "confidence": 0.9, "danger": danger}
    assert [m["custom"]["emergency"] for m in (await door.say(DANGER))["messages"]] == [False]
    door.rasa.understood = {"topic": "thanks", "confidence": 0.9}  # a release without the detector
    assert (await door.say(DANGER))["messages"][0]["custom"]["emergency"] is True


async def test_a_message_that_waits_too_long_is_not_kept_waiting_for_ever(make_door, monkeypatch):
    at = await make_door()
    token = (await at.say("hello"))["conversation"]
    monkeypatch.setattr(door.turns, "TURN_SECONDS", 0.3)
    at.rasa.delay = 1.0
    answers = await asyncio.gather(at.post("a", token), at.post("b", token))
    assert [answer.status_code for answer in answers] == [503, 503]


@pytest.fixture
async def locked(make_door, tmp_path: Path, monkeypatch):
    """A door in a conversation whose database is then locked by somebody else."""
    monkeypatch.setattr("database.BUSY_SECONDS", 0.2)
    at = await make_door()
    at.token = (await at.say("hello"))["conversation"]
    other = sqlite3.connect(tmp_path / "door.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield at
    other.close()


async def test_with_the_database_locked_nothing_is_acknowledged_that_is_not_kept(locked: Door):
    assert (await locked.post("can they detain me?", locked.token)).status_code == 503
    assert (await locked.post("can they detain me?")).status_code == 503
    assert (await locked.forget(locked.token)).status_code == 503
    answer = await locked.client.get("/health")
    assert answer.json()["missing"] == ["database"]


async def test_with_the_database_locked_danger_is_still_told_999(locked: Door):
    for token in (locked.token, None):
        assert (await locked.say(DANGER, token))["messages"][0]["custom"]["emergency"] is True


@pytest.mark.parametrize("begun", [True, False])
async def test_danger_that_a_slow_database_keeps_late_is_kept_once(make_door, tmp_path: Path, monkeypatch, begun: bool):
    at = await make_door()
    token = (await at.say("hello"))["conversation"]
    monkeypatch.setattr(door.turns, "EMERGENCY_SECONDS", 0.4)
    with contextlib.closing(sqlite3.connect(tmp_path / "door.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await at.say(DANGER, token if begun else None)
    assert answer["messages"][0]["custom"]["emergency"] is True
    await asyncio.sleep(1)  # both tries have ended: SQLite looks at the lock ten times a second
    kept = (await at.read(answer["conversation"])).json()["messages"]
    assert [m["text"] for m in kept if m["from"] == "person"][-2:] == (["hello", DANGER] if begun else [DANGER])


async def test_a_door_whose_database_never_was_still_says_999(make_door):
    at = await make_door(database_url="postgresql://nobody@127.0.0.1:9/nothing")
    assert (await at.say(DANGER))["messages"][0]["custom"]["emergency"] is True
    assert (await at.post("hello")).status_code == 503
    page = await at.client.post("/", data={"message": DANGER})
    assert page.status_code == 200 and "Call 999 now" in page.text


async def test_a_fault_of_the_doors_own_is_a_problem_too(door: Door, monkeypatch):
    monkeypatch.setattr(door.service, "ask", lambda *_: 1 / 0)
    answer = await door.post("hello")
    assert answer.status_code == 500 and "999" in answer.json()["detail"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_health_says_what_is_missing(door: Door, monkeypatch):
    monkeypatch.setattr("door.api.health.FRESH_SECONDS", 0.0)
    answer = await door.client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    door.rasa.healthy = False
    answer = door.check(await door.client.get("/health"))
    assert (answer.status_code, answer.json()["missing"]) == (503, ["rasa", "actions"])
    await door.rasa.stop()
    assert (await door.client.get("/health")).json()["missing"] == ["rasa", "actions"]
    await mend(door.rasa)
    door.rasa.healthy = True
    assert (await door.client.get("/health")).status_code == 200
