"""What is sent for a turn, and what is remembered of it."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ALL_I_KNOW, IF_NOW, ActionAnswer
from knowledge.topics import HELD_BY_RASA

WHERE = {"label": "Dorset", "forces": ["dorset"], "certain": True}


def sent(questions, level="none", places=(), text="some words that were said", leans=False, language="en", **slots):
    """(messages, slots) of one turn; `questions` are (topic, confidence) pairs."""
    asked = [{"topic": topic, "confidence": confidence, "places": list(places), "leans": leans} for topic, confidence in questions]
    message = {"text": text, "intent": {"name": questions[0][0]}, "questions": asked, "alarm": {"level": level, "language": language},
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
    assert slots == {"pending": None, "force": "dorset", "topic": "powers_search", "told": ["powers_search", "dorset"]}


def test_which_of_two_places_is_asked_and_remembered():
    two = {"label": "Newport", "forces": ["gwent", "west_mercia"], "certain": False}
    messages, slots = sent([("powers_search", 0.9)], places=[two])
    assert [button["title"] for button in messages[0]["buttons"]] == ["Gwent Police", "West Mercia Police"]
    assert slots["pending"] == {"ask": "force", "topic": "powers_search", "place": "Newport", "forces": ["gwent", "west_mercia"]}


def test_what_is_unclear_offers_topics():
    messages, slots = sent([("unclear", 0.1), ("powers_search", 0.1)][:1])
    assert messages[0]["custom"]["topic"] == "unclear" and messages[0]["buttons"]
    assert slots["pending"]["ask"] == "topic"


def test_after_a_comparison_the_new_force_is_meant():
    _, slots = sent([("force_compare", 0.9)], places=[WHERE], force="kent", topic="recruitment_pay")
    assert slots["force"] == "dorset" and slots["told"][0] == "recruitment_pay"


def test_a_comparison_of_two_that_are_named_changes_no_force():
    _, slots = sent([("force_compare", 0.9)], places=[WHERE, {"label": "Kent", "forces": ["kent"], "certain": True}], force="kent")
    assert "force" not in slots


def test_not_knowing_the_force_leaves_the_question_open():
    messages, slots = sent([("force_for_place", 0.9)], topic="recruitment_apply")
    assert "topic" not in slots and slots["pending"] == {"ask": "force", "topic": "recruitment_apply"}
    assert messages[0]["custom"]["topic"] == "force_for_place"


@pytest.mark.parametrize(("force", "where"), [(None, "101"), ("kent", "https://www.kent.police.uk")])
def test_why_names_the_sources_and_who_knows_more_without_saying_it_all_again(force, where):
    told, _ = sent([("powers_arrest", 0.9)], force=force)
    messages, slots = sent([("tell_more", 0.9)], topic="powers_arrest", force=force, told=["powers_arrest", force])
    custom = messages[0]["custom"]
    assert custom == told[0]["custom"] and slots["topic"] == "powers_arrest"
    assert custom["sources"][0]["publisher"] in messages[0]["text"] and where in messages[0]["text"]
    assert told[0]["text"][:40] not in messages[0]["text"]


@pytest.mark.parametrize(("leans", "slots", "begins"), [
    (True, {"told": ["powers_search", None]}, True),  # 'even kids?'
    (True, {"force": "kent", "told": ["powers_search", "kent"]}, True),
    (True, {"force": "kent", "told": ["powers_search", None]}, False),
    (True, {"topic": "powers_search"}, False),        # said before, but not last
    (False, {"told": ["powers_search", None]}, False),  # asked again, or the button pressed again
])
def test_where_nothing_closer_is_held_the_same_answer_says_so(leans, slots, begins):
    messages, _ = sent([("powers_search", 0.9)], leans=leans, **slots)
    assert messages[0]["text"].startswith(ALL_I_KNOW) == begins


@pytest.mark.parametrize(("text", "told", "short"), [
    ("hes 14 and tiny", ["powers_search", None], False),
    ("hes 14 and tiny", ["powers_search", None, "twice"], True),
    ("he is 14 and they are all tiny", ["powers_search", None, "twice"], True),
    ("can they if hes 14", ["powers_search", None, "twice"], False),  # a question may have its answer in it
])
def test_who_tells_things_bit_by_bit_does_not_hear_it_all_a_third_time(text, told, short):
    messages, slots = sent([("powers_search", 0.9)], text=text, leans=True, topic="powers_search", told=told)
    assert messages[0]["text"].startswith("I don't know more") == short and messages[0]["custom"]["topic"] == "powers_search"
    assert slots["told"] == ["powers_search", None, "twice"] and slots["topic"] == "powers_search"


@pytest.mark.parametrize("slots", [{}, {"topic": "powers_arrest"}])
def test_why_after_no_answer_is_unclear(slots):
    assert sent([("tell_more", 0.9)], **slots)[0][0]["custom"]["topic"] == "unclear"


def test_in_another_language_the_note_says_999_first():
    messages, _ = sent([("unclear", 0.9)], level="perhaps", language="pl")
    assert IF_NOW not in messages[0]["text"] and "999" in messages[0]["text"].split(",")[0] and messages[0]["custom"]["lang"] == "pl"


@pytest.mark.parametrize("topic", sorted(HELD_BY_RASA))
def test_the_warning_stands_before_what_rasa_says(topic):
    messages, _ = sent([(topic, 0.9)], level="perhaps")
    assert messages[0]["text"] == IF_NOW and messages[1]["response"] == f"utter_{topic}"
