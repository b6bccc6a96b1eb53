"""Deleted is deleted; nothing that a person wrote is in logs or metrics; old conversations go."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from door import housekeeping, store
from door.tokens import secret_key
from processes import logs
from tests.door.harness import Door

WORDS = "my zebra has swallowed an umbrella"


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_deleting_a_chat_leaves_nothing_of_it(door: Door, tmp_path: Path):
    token = (await door.say(WORDS))["conversation"]
    other = (await door.say("hello"))["conversation"]
    assert b"zebra" in on_disk(tmp_path)
    answer = await door.forget(token)
    assert answer.status_code == 204 and answer.content == b""
    assert door.rasa.forgotten == [token.split(".")[0]]
    assert b"zebra" not in on_disk(tmp_path)
    assert (await door.read(token)).status_code == 401
    assert (await door.post("hello", token)).status_code == 401
    assert (await door.forget(token)).status_code == 204
    assert (await door.read(other)).status_code == 200


async def test_a_deletion_is_finished_when_rasa_comes_back(door: Door):
    token = (await door.say(WORDS))["conversation"]
    await door.rasa.stop()
    assert (await door.forget(token)).status_code == 202
    assert (await door.read(token)).status_code == 401
    await door.rasa.start()
    await housekeeping.finish_deletions(door.service)
    assert door.rasa.forgotten == [token.split(".")[0]] and door.service.store.to_forget() == []


async def test_a_deletion_that_rasa_answers_with_rubbish_is_tried_again(door: Door):
    token = (await door.say(WORDS))["conversation"]
    door.rasa.raw = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nrubbish"
    assert (await door.forget(token)).status_code == 202
    door.rasa.raw = None
    await housekeeping.finish_deletions(door.service)
    assert door.service.store.to_forget() == []


async def test_deleting_waits_for_the_message_under_way(door: Door):
    token = (await door.say("hello"))["conversation"]
    door.rasa.delay = 0.2
    asked = asyncio.create_task(door.post(WORDS, token))
    await asyncio.sleep(0.05)
    assert (await door.forget(token)).status_code == 204
    assert (await asked).status_code == 200
    assert (await door.read(token)).status_code == 401


async def test_old_messages_are_purged_and_ended_conversations_with_them(door: Door, tmp_path: Path, monkeypatch):
    def days_ago(days: float) -> str:
        return (dt.datetime.now(dt.UTC) - dt.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    monkeypatch.setattr("door.turns.now", lambda: days_ago(31))
    ended = (await door.say(WORDS))["conversation"]
    going_on = (await door.say(WORDS))["conversation"]
    monkeypatch.setattr("door.turns.now", store.now)
    await door.say("still here", going_on)
    await asyncio.to_thread(door.service.store.purge, 30 * 86_400)
    assert (await door.read(ended)).status_code == 401
    assert [m["text"] for m in (await door.read(going_on)).json()["messages"]][0] == "still here"
    assert b"zebra" not in on_disk(tmp_path)


async def test_purging_happens_by_itself_at_start(make_door, monkeypatch):
    monkeypatch.setattr("door.turns.now", lambda: "2020-01-01T00:00:00.000000Z")
    first = await make_door()
    token = (await first.say(WORDS))["conversation"]
    second = await make_door()
    for _ in range(100):
        if (await second.read(token)).status_code == 401:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the old conversation is still there")


async def test_purging_goes_on_after_whatever_failed(door: Door, monkeypatch):
    purged = []

    def purge(seconds: float) -> int:
        purged.append(seconds)
        raise ValueError("something nobody thought of")

    monkeypatch.setattr(housekeeping, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(door.service.store, "purge", purge)
    keeper = asyncio.create_task(housekeeping.run(door.service))
    for _ in range(200):
        if len(purged) > 1:
            break
        await asyncio.sleep(0.02)
    keeper.cancel()
    assert len(purged) > 1


async def test_logs_and_metrics_hold_no_words_no_ids_no_address(make_door):
    heard = io.StringIO()
    logs.configure("DEBUG")
    handler = logging.getLogger().handlers[0]
    handler.setStream(heard)
    try:
        door = await make_door(client_address="203.0.113.77")
        token = (await door.say(WORDS, id="my-own-id"))["conversation"]
        await door.say(WORDS, token, id="another-id")
        door.rasa.body = b'[{"text": 7, "zebra": "umbrella"}]'
        await door.post(WORDS, token)
        door.service.store._database.engine.dispose()
        await door.client.post("/", data={"message": WORDS, "conversation": token})
        with pytest.raises(sa.exc.SQLAlchemyError):
            with door.service.store._database.transaction() as connection:
                connection.execute(sa.text("INSERT INTO nothing VALUES (:words)"), {"words": WORDS})
        await door.forget(token)
    finally:
        logging.getLogger().handlers.clear()
    kept = heard.getvalue() + (await door.client.get("/metrics")).text
    assert door.service.tokens.reference(token.split(".")[0]) in kept
    for personal in ("zebra", "umbrella", "my-own-id", "another-id", token, token.split(".")[0], "203.0.113.77"):
        assert personal not in kept


async def test_an_error_of_the_database_does_not_quote_what_was_written(door: Door):
    with pytest.raises(sa.exc.SQLAlchemyError) as error:
        with door.service.store._database.transaction() as connection:
            connection.execute(sa.text("INSERT INTO nothing VALUES (:words)"), {"words": WORDS})
    assert "zebra" not in str(error.value)


async def test_metrics_count_topics_outcomes_errors_and_stages(door: Door):
    token = (await door.say("hello", id="a"))["conversation"]
    await door.say("hello", token, id="a")
    await door.post("")
    metric = {"topic": "powers_detain", "scope": "national", "emergency": "false"}
    assert door.metric("pcso_messages_total", **metric, outcome="answered") == 1
    assert door.metric("pcso_messages_total", **metric, outcome="repeated") == 1
    assert door.metric("pcso_errors_total", status="400") == 1
    assert door.metric("pcso_stage_seconds_count", stage="rasa") == 1
    text = await door.client.get("/metrics")
    assert text.headers["content-type"].startswith("text/plain") and "pcso_messages_total" in text.text


def test_the_secret_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path):
    key = secret_key(tmp_path / "state")
    file = tmp_path / "state" / "secret.key"
    assert len(key) == 64 and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret_key(tmp_path / "state") == key
    assert list(file.parent.iterdir()) == [file]
