"""Danger through the real processes: whatever is said beside it, and in the talk that follows."""

import uuid

import pytest

from evaluation.judging import FIRST_CHARACTERS


@pytest.mark.parametrize("message", [
    "ok hes stopped breathing. what do i do",
    "right theres a fire. what do i do",
    "yeah hes got a knife. what do i do",
    "okay shes gone blue. what do i do",
    "ok she has a knife. what do pcsos do?",
    "ok hes hitting mum again. can a pcso arrest me?",
    "thanks. he is stabbing her. what do i do",
    "no i mean hes got a knife not a fork",
])
@pytest.mark.parametrize("before", [[], ["can a pcso give me a fine?"]])
def test_danger_is_heard_whatever_part_of_the_message_is_meant(assistant, before, message):
    assert_999(turns(assistant, *before, message)[-1])


def test_after_an_alarm_the_talk_is_about_it(assistant):
    talk = turns(assistant, "can a pcso search me", "someone is breaking in my back door", "ive rung 999", "thanks",
                 "how long will they be", "???", "what do you mean", "ok hes gone now", "how much does a pcso earn", "how long")
    assert [turn[0]["custom"]["topic"] for turn in talk[2:8]] == [
        "emergency_called", "thanks", "emergency_waiting", "unclear", "emergency", "emergency_over"]
    for turn in (*talk[1:3], *talk[4:8]):
        assert "999" in turn[0]["text"][:FIRST_CHARACTERS]
    assert talk[8][0]["custom"]["topic"] == "recruitment_pay" and not talk[9][0]["custom"]["topic"].startswith("emergency")


@pytest.mark.parametrize("place", ["Arundel", "Aberteifi", "Aberhonddu", "BB54", "b13", "Raby", "Siobhan"])
def test_a_name_alone_is_no_danger_in_another_language(assistant, place):
    _, told = turns(assistant, "how do I apply", place)
    assert not any(reply["custom"]["emergency"] or reply["custom"].get("lang", "en") != "en" for reply in told), told


def test_how_to_call_in_silence_is_said_as_often_as_it_is_needed(assistant):
    for turn in turns(assistant, "hes breaking in im hiding", "i cant talk", "i cant speak hell hear me"):
        assert "999" in turn[0]["text"][:FIRST_CHARACTERS] and any("press 55" in reply["text"] for reply in turn)


def turns(assistant, *messages):
    """The replies to each message of one conversation."""
    sender = uuid.uuid4().hex
    return [assistant.ask(message, sender) for message in messages]


def assert_999(replies):
    """The first reply tells them to call 999 in its first words."""
    assert replies[0]["custom"]["emergency"] and "999" in replies[0]["text"][:FIRST_CHARACTERS]
