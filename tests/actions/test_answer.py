"""What is sent for a turn, and what is remembered of it."""

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import IF_NOW, LIVE, ActionAnswer
from knowledge.topics import HELD_BY_RASA

WHERE = {"label": "Dorset", "forces": ["dorset"], "certain": True}


def sent(questions, level="none", places=(), text="some words that were said", leans=False, language="en", point=None, **slots):
    """(messages, slots) of one turn; `questions` are (topic, confidence) pairs."""
    asked = [{"topic": topic, "confidence": confidence, "places": list(places), "leans": leans, "point": point}
             for topic, confidence in questions]
    message = {"text": text, "intent": {"name": questions[0][0]}, "questions": asked, "alarm": {"level": level, "language": language},
               "entities": [{"entity": "force", **place, "text": "dorset"} for place in places],
               "intent_ranking": [{"name": topic, "confidence": confidence} for topic, confidence in questions]}
    dispatcher = CollectingDispatcher()
    events = ActionAnswer().run(dispatcher, Tracker("p", slots, message, [], False, None, {}, "action_listen"), {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events}


def told(topic, force=None, point=None):
    """The slot of the same name after an answer."""
    return {"topic": topic, "force": force, "point": point}


def test_the_last_question_is_the_one_that_goes_on():
    messages, slots = sent([("powers_search", 0.9), ("recruitment_pay", 0.9)])
    assert [message["custom"]["topic"] for message in messages] == ["powers_search", "recruitment_pay"]
    assert slots["topic"] == "recruitment_pay"
    assert slots["pending"] == {"ask": "force", "topic": "recruitment_pay"}


def test_a_force_that_was_named_is_kept():
    messages, slots = sent([("powers_search", 0.9)], places=[WHERE])
    assert messages[0]["custom"]["force"] == "dorset"
    assert slots == {"pending": None, "force": "dorset", "topic": "powers_search", "told": told("powers_search", "dorset")}


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
    assert slots["force"] == "dorset" and slots["told"]["topic"] == "recruitment_pay"


def test_a_comparison_of_two_that_are_named_changes_no_force():
    _, slots = sent([("force_compare", 0.9)], places=[WHERE, {"label": "Kent", "forces": ["kent"], "certain": True}], force="kent")
    assert "force" not in slots


def test_not_knowing_the_force_leaves_the_question_open():
    messages, slots = sent([("force_for_place", 0.9)], topic="recruitment_apply")
    assert "topic" not in slots and slots["pending"] == {"ask": "force", "topic": "recruitment_apply"}
    assert messages[0]["custom"]["topic"] == "force_for_place"


@pytest.mark.parametrize(("force", "where"), [(None, "101"), ("kent", "https://www.kent.police.uk")])
def test_why_names_the_sources_and_who_knows_more_without_saying_it_all_again(force, where):
    first, _ = sent([("powers_arrest", 0.9)], force=force)
    messages, slots = sent([("tell_more", 0.9)], topic="powers_arrest", force=force, told=told("powers_arrest", force))
    custom = messages[0]["custom"]
    assert custom == first[0]["custom"] and slots["topic"] == "powers_arrest" and slots["told"] == told("powers_arrest", force)
    assert custom["sources"][0]["publisher"] in messages[0]["text"] and where in messages[0]["text"]
    assert first[0]["text"][:40] not in messages[0]["text"]


@pytest.mark.parametrize(("leans", "slots", "short"), [
    (True, {"told": told("powers_search")}, True),  # 'even kids?'
    (True, {"force": "kent", "told": told("powers_search", "kent")}, True),
    (True, {"force": "kent", "told": told("powers_search")}, False),
    (True, {"topic": "powers_search"}, False),        # said before, but not last
    (True, {"told": told("powers_search", point="refuse")}, False),  # only one point of it was said
    (False, {"told": told("powers_search")}, False),  # asked again, or the button pressed again
])
def test_where_nothing_closer_is_held_the_same_words_are_not_said_again(leans, slots, short):
    messages, after = sent([("powers_search", 0.9)], leans=leans, **slots)
    assert messages[0]["text"].startswith("What I said above is all I have") == short
    assert messages[0]["custom"]["topic"] == "powers_search" and after["told"] == told("powers_search", slots.get("force"))
    if short:
        assert messages[0]["custom"]["scope"] == "unknown" and ("101" in messages[0]["text"] or "kent.police.uk" in messages[0]["text"])


def test_a_particular_question_gets_its_own_answer_and_is_remembered():
    whole, _ = sent([("recruitment_vetting", 0.9)])
    messages, slots = sent([("recruitment_vetting", 0.9)], point="appeal")
    assert messages[0]["text"] == " ".join(LIVE.get().points["recruitment_vetting"]["appeal"].text.split()) != whole[0]["text"]
    assert slots["told"] == told("recruitment_vetting", point="appeal") and slots["topic"] == "recruitment_vetting"
    after, _ = sent([("set_force", 0.9)], places=[WHERE], text="I live in Dorset", **slots)
    assert (after[0]["custom"]["topic"], after[0]["custom"]["force"]) == ("recruitment_vetting", "dorset")


def test_a_point_that_is_no_longer_held_is_answered_by_the_whole_topic():
    assert sent([("recruitment_vetting", 0.9)], point="gone")[0] == sent([("recruitment_vetting", 0.9)])[0]


def test_in_dorset_asks_the_same_point_for_dorset():
    messages, slots = sent([("set_force", 0.9)], places=[WHERE], text="and in dorset", topic="recruitment_vetting",
                           told=told("recruitment_vetting", point="appeal"))
    assert LIVE.get().points["recruitment_vetting"]["appeal"].text in messages[0]["text"]
    assert slots["told"] == told("recruitment_vetting", "dorset", "appeal")


def test_what_if_i_refuse_is_about_what_was_talked_of_and_the_talk_stays_there():
    messages, slots = sent([("powers_obey", 0.9)], text="what if i refuse", leans=True, topic="powers_alcohol_tobacco",
                           told=told("powers_alcohol_tobacco"))
    held = LIVE.get().points["powers_obey"]["after_powers_alcohol_tobacco"]
    assert messages[0]["text"].startswith(held.text[:40]) and messages[0]["custom"]["topic"] == "powers_obey"
    assert slots["topic"] == "powers_alcohol_tobacco" and slots["told"]["point"] == "after_powers_alcohol_tobacco"


@pytest.mark.parametrize(("text", "leans", "point", "meant"), [
    ("what if i dont", True, "refusing", "after_powers_alcohol_tobacco"),
    ("what if i dont", True, "after_powers_fines", "after_powers_alcohol_tobacco"),
    ("what if i run away", True, "running_away", "running_away"),  # asks something of its own
    ("can i swear at them", False, "swearing", "swearing"),
    ("what if i refuse to give a pcso my name when they ask for it", False, "after_powers_name_address", "after_powers_name_address"),
])
def test_only_what_goes_by_the_thread_is_turned_by_it(text, leans, point, meant):
    _, slots = sent([("powers_obey", 0.9)], text=text, leans=leans, point=point, topic="powers_alcohol_tobacco")
    assert slots["told"]["point"] == meant


def test_a_slot_of_an_older_form_is_no_answer():
    assert sent([("powers_search", 0.9)], leans=True, told=["powers_search", None])[0] == sent([("powers_search", 0.9)])[0]


def test_the_warning_is_not_said_twice():
    messages, _ = sent([("contact_report_crime", 0.9)], level="perhaps")
    assert messages[0]["text"].startswith("If it is happening now") and IF_NOW not in messages[0]["text"]


def test_yes_after_a_note_in_another_language_answers_nothing():
    _, slots = sent([("unclear", 0.9)], language="pl")
    assert slots["pending"] is None


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
