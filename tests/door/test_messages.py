"""The API as the contract has it: asking, reading back, rating; and who may do so."""

from __future__ import annotations

import time

import pytest

from door.tokens import Tokens
from tests.door.harness import SECRET, Door
from tests.door.rasa_on_the_wire import reply

MONTH = 30 * 86_400


async def test_a_question_is_answered_with_its_source(door: Door):
    answer = await door.say("Can a PCSO detain me?")
    [message] = answer["messages"]
    assert message["text"] == "You said: Can a PCSO detain me?"
    assert message["custom"]["sources"][0]["publisher"] == "UK Parliament"
    assert message["id"] and message["from"] == "assistant"


async def test_rasa_is_given_the_conversation_and_not_the_token(door: Door):
    answer = await door.say("hello")
    await door.say("and in Dorset?", answer["conversation"])
    (first, _), (second, _) = door.rasa.asked
    assert first == second and len(first) == 32
    assert answer["conversation"].startswith(first) and answer["conversation"] != first
    assert answer["messages"][0]["recipient_id"] != first


async def test_two_questions_get_two_messages_with_buttons(door: Door):
    door.rasa.replies = [reply("one"), reply("two") | {"buttons": [{"title": "More", "payload": "Tell me more"}]}]
    first, second = (await door.say("arrest? pay?"))["messages"]
    assert (first["text"], second["text"]) == ("one", "two")
    assert "buttons" not in first and second["buttons"] == [{"title": "More", "payload": "Tell me more"}]


async def test_fields_that_the_contract_gains_later_are_passed_on(door: Door):
    door.rasa.replies = [reply("one", more="something new")]
    [message] = (await door.say("hello"))["messages"]
    assert message["custom"]["more"] == "something new"


async def test_the_messages_so_far_come_back_in_order(door: Door):
    token = (await door.say("first", id="a-1"))["conversation"]
    await door.say("second", token)
    told = (await door.read(token)).json()["messages"]
    assert [(m["from"], m["text"]) for m in told] == [
        ("person", "first"), ("assistant", "You said: first"), ("person", "second"), ("assistant", "You said: second")]
    assert told[0]["id"] == "a-1" and [m["at"] for m in told] == sorted(m["at"] for m in told)


async def test_people_cannot_give_rasa_orders(door: Door):
    await door.say('/set_force{"force": "dorset"}')
    await door.say("///")
    await door.say("/ /restart")
    await door.say("/\n/\n /restart")
    assert [text for _, text in door.rasa.asked] == ['set_force{"force": "dorset"}', "?", "restart", "restart"]


@pytest.mark.parametrize("body, code", [
    ({}, "body_malformed"), ({"message": None}, "body_malformed"), ({"message": 7}, "body_malformed"),
    ({"message": ["a"]}, "body_malformed"), ({"message": "a", "conversation": 7}, "body_malformed"),
    ({"message": ""}, "message_empty"), ({"message": " \n\t "}, "message_empty"),
    ({"message": "\u200b\u2060"}, "message_empty"), ({"message": "a", "id": ""}, "id_malformed"),
    ({"message": "a", "id": "x" * 65}, "id_malformed"), ({"message": "a", "id": "a b"}, "id_malformed"),
    ([], "body_malformed"), ("hello", "body_malformed"), (False, "body_malformed"),
])
async def test_what_is_not_understood_is_said(door: Door, body: object, code: str):
    answer = door.check(await door.client.post("/api/messages", json=body))
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert door.rasa.asked == []


async def test_2000_characters_are_read_and_one_more_is_not(door: Door):
    await door.say("é" * 2_000)
    answer = await door.post("é" * 2_001)
    assert answer.status_code == 413 and "2,001" in answer.json()["detail"] and "999" in answer.json()["detail"]
    lengthened = await door.post("\ufdfa" * 1_000)  # one character that cleaning spells out with eighteen
    assert lengthened.status_code == 413


async def test_unknown_fields_are_ignored(door: Door):
    await door.say("hello", sender="someone else", metadata={"a": [1]}, input_channel="x")
    assert door.rasa.asked[0][1] == "hello" and door.rasa.asked[0][0] != "someone else"


async def test_only_json_is_read(door: Door):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", ""):
        answer = door.check(await door.client.post("/api/messages", content=b'{"message": "a"}',
                                                   headers={"content-type": content_type}))
        assert answer.status_code == 415, content_type
    answer = await door.client.post("/api/messages", content=b'{"message": "a"}',
                                    headers={"content-type": "Application/JSON; charset=UTF-8"})
    assert answer.status_code == 200


async def test_a_reply_can_be_rated_and_the_opinion_changed(door: Door):
    answer = await door.say("hello", id="mine")
    token, message = answer["conversation"], answer["messages"][0]["id"]
    for helpful in (True, False):
        rated = await door.client.post("/api/feedback", json={
            "conversation": token, "message_id": message, "helpful": helpful})
        assert rated.status_code == 204 and rated.content == b""
        assert (await door.read(token)).json()["messages"][1]["helpful"] is helpful
    for wrong in ("mine", "nothing"):
        rated = door.check(await door.client.post("/api/feedback", json={
            "conversation": token, "message_id": wrong, "helpful": True}))
        assert rated.status_code == 404
    assert door.metric("pcso_feedback_total", helpful="true") == 1


def forged(token: str) -> list[str]:
    conversation, when, signature = token.split(".")
    stranger = Tokens("another key of thirty-two characters", MONTH)
    return ["", "x", "a.b.c", "é", "\u0000", token + "x", token[:-1], f"{conversation}.{when}.", conversation,
            f"{'0' * 32}.{when}.{signature}", f"{conversation}.zzzzzz.{signature}", stranger.sign(conversation),
            "." * 5000, token.upper()]


async def test_forged_tokens_open_nothing(door: Door):
    token = (await door.say("hello"))["conversation"]
    before = len(door.rasa.asked)
    for attempt in forged(token):
        if attempt:  # an empty one is none: a new conversation begins
            assert (await door.post("hello", attempt)).status_code == 401, attempt
        if attempt.isascii() and attempt.isprintable():
            assert (await door.read(attempt)).status_code == 401, attempt
            assert (await door.forget(attempt)).status_code == 401, attempt
        rated = await door.client.post("/api/feedback", json={
            "conversation": attempt, "message_id": "a", "helpful": True})
        assert door.check(rated).status_code == 401, attempt
    assert len(door.rasa.asked) == before


async def test_expired_tokens_open_nothing_and_a_living_chat_gets_a_fresh_one(door: Door, monkeypatch):
    token = (await door.say("hello"))["conversation"]
    present = time.time()
    monkeypatch.setattr(time, "time", lambda: present + MONTH * 0.6)
    fresh = (await door.say("still here", token))["conversation"]
    assert fresh != token
    monkeypatch.setattr(time, "time", lambda: present + MONTH * 1.1)
    assert (await door.post("hello", token)).status_code == 401
    assert (await door.post("hello", fresh)).status_code == 200


async def test_a_token_opens_its_own_conversation_only(door: Door):
    mine = await door.say("my secret question")
    theirs = await door.say("another")
    assert "secret" not in (await door.read(theirs["conversation"])).text
    rated = await door.client.post("/api/feedback", json={
        "conversation": theirs["conversation"], "message_id": mine["messages"][0]["id"], "helpful": False})
    assert rated.status_code == 404


async def test_no_token_no_conversation(door: Door):
    for headers in ({}, {"authorization": "Bearer"}, {"authorization": "Basic abc"}, {"authorization": "Bearer  "}):
        answer = door.check(await door.client.get("/api/conversation", headers=headers))
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"


async def test_a_bearer_is_a_bearer_in_any_case(door: Door):
    token = (await door.say("hello"))["conversation"]
    answer = await door.client.get("/api/conversation", headers={"authorization": f"bearer {token}"})
    assert answer.status_code == 200


def test_conversations_cannot_be_guessed():
    tokens = Tokens(SECRET, MONTH)
    ids = {tokens.new_conversation(None) for _ in range(1_000)}
    assert len(ids) == 1_000 and all(len(bytes.fromhex(i)) == 16 for i in ids)
