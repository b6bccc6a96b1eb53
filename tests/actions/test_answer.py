"""What is sent for a turn, and what is remembered of it."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import HELD_BY_RASA, IF_NOW, ActionAnswer
from bot.nlu.emergency import FIXED_REPLIES

WHERE = {"label": "Dorset", "forces": ["dorset"], "certain": True}


def sent(questions, level="none", places=(), **slots):
    """(messages, slots) of one turn; `questions` are (topic, confidence) pairs."""
    asked = [{"topic": topic, "confidence": confidence, "places": list(places)} for topic, confidence in questions]
    message = {"text": "some words that were said", "intent": {"name": questions[0][0]}, "questions": asked, "alarm": {"level": level, "language": "en"},
               "entities": [{"entity": "force", **place, "text": "dorset"} for place in places],
               "intent_ranking": [{"name": topic, "confidence": confidence} for topic, confidence in questions]}
    dispatcher = CollectingDispatcher()
    events = ActionAnswer().run(dispatcher, Tracker("p", slots, message, [], False, None, {}, "action_listen"), {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def test_the_last_question_is_the_one_that_goes_on():
    messages, slots = sent([("powers_search", 0.9), ("recruitment_pay", 0.9)])
    assert [message["custom"]["topic"] for message in messages] == ["powers_search", "recruitment_pay"]
    assert slots["topic"] == "recruitment_pay"
    assert slots["pending"] == {"ask": "force", "topic": "recruitment_pay"}


def test_a_force_that_was_named_is_kept():
    messages, slots = sent([("powers_search", 0.9)], places=[WHERE])
    assert messages[0]["custom"]["force"] == "dorset"
    assert slots == {"pending": None, "force": "dorset", "topic": "powers_search"}


def test_which_of_two_places_is_asked_and_remembered():
    two = {"label": "Newport", "forces": ["gwent", "west_mercia"], "certain": False}
    messages, slots = sent([("powers_search", 0.9)], places=[two])
    assert [button["title"] for button in messages[0]["buttons"]] == ["Gwent Police", "West Mercia Police"]
    assert slots["pending"] == {"ask": "force", "topic": "powers_search", "place": "Newport", "forces": ["gwent", "west_mercia"]}


def test_what_is_unclear_offers_topics():
    messages, slots = sent([("unclear", 0.1), ("powers_search", 0.1)][:1])
    assert messages[0]["custom"]["topic"] == "unclear" and messages[0]["buttons"]
    assert slots["pending"]["ask"] == "topic"


@pytest.mark.parametrize("topic", sorted(HELD_BY_RASA))
def test_the_warning_stands_before_what_rasa_says(topic):
    messages, _ = sent([(topic, 0.9)], level="perhaps")
    assert messages[0]["text"] == IF_NOW and messages[1]["response"] == f"utter_{topic}"


def test_what_rasa_says_by_itself_is_the_same_on_both_sides():
    assert HELD_BY_RASA == FIXED_REPLIES
