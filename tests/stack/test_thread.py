"""Conversations through the real processes: the thread, places, Scotland, comparing."""

import pytest


def seen(replies):
    return [(reply["custom"]["topic"], reply["custom"]["force"]) for reply in replies]


@pytest.mark.parametrize(("messages", "expected"), [
    (["can a pcso detain me?", "and in Dorset?"], [("powers_detain", None), ("powers_detain", "dorset")]),
    (["can they arrest me in derbyshire", "what about detaining?"], [("powers_arrest", "derbyshire"), ("powers_detain", "derbyshire")]),
    (["I live in Derby", "are you recruiting?"], [("set_force", "derbyshire"), ("recruitment_status", "derbyshire")]),
    (["how much do they earn in dorset", "no, I meant Devon"], [("recruitment_pay", "dorset"), ("recruitment_pay", "devon_and_cornwall")]),
    (["can a pcso search me", "Derby"], [("powers_search", None), ("powers_search", "derbyshire")]),
    (["can pcsos arrest people in glasgow"], [("powers_arrest", "scotland")]),
    (["are there pcsos in norfolk"], [("role_where", "norfolk")]),
    (["which police force covers weymouth", "and skegness?"], [("force_for_place", "dorset"), ("force_for_place", "lincolnshire")]),
])
def test_thread(assistant, messages, expected):
    assert seen(assistant.chat(*messages)) == expected


def test_a_place_in_two_forces_asks_which(assistant):
    asked, settled = assistant.chat("i live in holt", "norfolk")
    assert "more than one place" in asked["text"] and len(asked["buttons"]) >= 2
    assert settled["custom"]["force"] == "norfolk"


def test_two_questions_get_two_messages_in_order(assistant):
    replies = assistant.ask("how much do PCSOs get paid and can they arrest people?")
    assert [reply["custom"]["topic"] for reply in replies] == ["recruitment_pay", "powers_arrest"]


@pytest.mark.parametrize(("message", "topics"), [
    ("are you a robot? and is this chat saved?", ["bot_identity", "bot_privacy"]),
    ("are you a robot? and can they arrest me?", ["bot_identity", "powers_arrest"]),
    ("can they arrest me? and is this chat saved?", ["powers_arrest", "bot_privacy"]),
    ("are you a robot?", ["bot_identity"]),
])
def test_a_question_about_the_assistant_leaves_room_for_another(assistant, message, topics):
    assert [reply["custom"]["topic"] for reply in assistant.ask(message)] == topics


@pytest.mark.parametrize("message", ["my ex keeps texting me", "my husband can get nasty when he drinks"])
def test_where_danger_cant_be_told_999_is_named_first_whatever_follows(assistant, message):
    first = assistant.ask(message)[0]
    assert "999" in first["text"][:100] and first["custom"]["topic"] != "unclear"


def test_no_takes_back_what_was_offered(assistant):
    replies = assistant.chat("what about knives", "no", "ok")
    assert replies[-1]["custom"]["topic"] == "affirm"


def test_which_newcastle_is_asked_and_understood(assistant):
    asked, settled = assistant.chat("how much do pcsos get paid in newcastle", "newcastle under lyme")
    assert "more than one place" in asked["text"]
    assert (settled["custom"]["topic"], settled["custom"]["force"]) == ("recruitment_pay", "staffordshire")


def test_comparing_names_both_forces(assistant):
    [reply] = assistant.ask("how do derbyshire and dorset differ on detaining people")
    assert reply["custom"]["topic"] == "force_compare"
    assert "Derbyshire Constabulary" in reply["text"] and "Dorset Police" in reply["text"]


def test_the_buttons_of_an_unclear_reply_are_understood(assistant):
    [unclear] = assistant.ask("asdfgh")
    assert unclear["custom"]["topic"] == "unclear" and unclear["buttons"]
    for button in unclear["buttons"]:
        assert assistant.ask(button["payload"])[0]["custom"]["topic"] not in ("unclear", "out_of_scope")
