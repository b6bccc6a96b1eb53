"""What is written down of an update that waits: enough to answer it, nothing personal."""

import json

import pytest
from telegram import Update

from door.telegram.reading import is_addressed, question
from door.telegram.scrubbed import scrubbed

BOT = {"id": 7, "is_bot": True, "first_name": "PCSO", "username": "pcso_bot"}


def update(**message):
    return {"update_id": 5, "message": {
        "message_id": 3, "date": 1_700_000_000, "from": {"id": 42, "is_bot": False, "first_name": "Xanthippe", "last_name": "Quill",
                                                         "username": "xquill", "language_code": "en"},
        "chat": {"id": -9, "type": "supergroup", "title": "Quill family", "username": "quills"}, **message}}


def read(raw):
    """As the next process reads it."""
    return Update.de_json(json.loads(json.dumps(scrubbed(raw))), None).effective_message


@pytest.mark.parametrize("message", [
    {"text": "my name is Xanthippe Quill, 07700 900123, who is my pcso"},
    {"caption": "ring 07700 900123", "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
    {"contact": {"phone_number": "07700900123", "first_name": "Xanthippe", "last_name": "Quill", "user_id": 42}},
    {"venue": {"location": {"latitude": 53.17, "longitude": -1.2}, "title": "Quill's", "address": "14 Larkspur Crescent"}},
    {"document": {"file_id": "a", "file_unique_id": "b", "file_name": "Quill 07700900123.pdf"}},
    {"text": "this", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Xanthippe Quill"}},
    {"text": "x", "reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "07700 900123"}},
], ids=["text", "caption", "contact", "venue", "file name", "forwarded", "answered message"])
def test_nothing_personal_is_written_and_it_can_still_be_read(message):
    raw = update(**message)
    before = json.dumps(raw)
    written = json.dumps(scrubbed(raw)).lower()
    for secret in ("xanthippe", "quill", "07700", "53.17", "larkspur"):
        assert secret not in written
    assert json.dumps(raw) == before, "the original is answered from"
    again = read(raw)
    assert again.from_user.id == 42 and again.chat.id == -9


def test_who_is_meant_is_still_known():
    text = "📞 07700 900123 @pcso_bot my name is Jane Doe, can they search me"
    raw = update(text=text, entities=[{"type": "phone_number", "offset": 3, "length": 12}, {"type": "mention", "offset": 16, "length": 9}])
    message = read(raw)
    assert message.text == "📞 [phone number] @pcso_bot my name is [name], can they search me"
    assert is_addressed(message, 7, "pcso_bot")
    assert question(message, "pcso_bot").startswith("📞 [phone number]")


def test_a_command_and_a_reply_to_the_bot_stay_what_they_are():
    command = read(update(text="/force DE1 2AB", entities=[{"type": "bot_command", "offset": 0, "length": 6}]))
    assert command.text == "/force DE1" and is_addressed(command, 7, "pcso_bot")
    reply = read(update(text="and in Dorset?", reply_to_message={
        "message_id": 1, "date": 1, "from": BOT, "chat": {"id": -9, "type": "supergroup"}, "text": "Hello"}))
    assert is_addressed(reply, 7, "pcso_bot")


@pytest.mark.parametrize("raw",
                         [None, 7, "text", [], {}, {"text": 7, "entities": "x"}, {"text": "a", "entities": [None, {"type": "mention"}]},
                                 {"text": "a\ud800b", "entities": [{"type": "mention", "offset": -5, "length": 10**9}]}])
def test_whatever_comes_is_survived(raw):
    json.dumps(scrubbed(raw))
