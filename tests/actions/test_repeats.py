"""Nothing is said twice: the same again, one's own words on the last answer, and the same of another place."""

import msgspec
import pytest

from actions import repeats
from actions.answer import LIVE
from actions.thread import Question
from knowledge import Held, look_up, lookup, reply
from tests.actions.turns import WHERE, read_turn, sent, told


@pytest.mark.parametrize(("leans", "slots", "short"), [
    (True, {"told": told("powers_search")}, True),  # 'even kids?'
    (True, {"force": "kent", "told": told("powers_search", "kent")}, True),
    (True, {"force": "kent", "told": told("powers_search")}, False),
    (True, {"topic": "powers_search"}, False),        # not said
    (True, {"told": told("powers_search", point="refuse")}, True),  # what leans on a point stays with it
    (False, {"told": told("powers_search")}, False),  # said long before
    (False, {"told": told("powers_search"), "said": [["powers_search"], ["powers_fines"]]}, False),  # and something else since
    (False, {"told": told("powers_search"), "said": [["powers_fines"], ["powers_search", "powers_search#more"]]}, True),
])
def test_where_nothing_closer_is_held_the_same_words_are_not_said_again(leans, slots, short):
    messages, after = sent([("powers_search", 0.9)], text="even them?", leans=leans, **slots)
    assert messages[0]["text"].startswith("In short: ") == short
    point = slots["told"]["point"] if leans and short else None
    assert messages[0]["custom"]["topic"] == "powers_search" and after["told"] == told("powers_search", slots.get("force"), point)
    if short:
        assert "I hold no more on that question" in messages[0]["text"]
        assert messages[0]["custom"]["scope"] == "unknown" and ("101" in messages[0]["text"] or "kent.police.uk" in messages[0]["text"])


def test_in_short_is_the_first_sentence_of_what_was_answered():
    point = LIVE.get().points["powers_fines"]["challenge"]
    messages, _ = sent([("powers_fines", 0.9)], text="so can i", leans=True, told=told("powers_fines", point="challenge"))
    assert messages[0]["text"].startswith(f"In short: {Held('', point.text).in_short}")
    assert len(messages[0]["custom"]["sources"]) == len(point.sources)


def test_what_was_said_in_short_too_is_not_said_a_third_time():
    first, slots = sent([("powers_search", 0.9)])
    texts = [first[0]["text"]]
    for _ in range(2):
        messages, after = sent([("powers_search", 0.9)], text="so can they", leans=True, topic="powers_search", told=slots["told"],
                               said=slots["said"])
        slots = {**slots, **after}
        texts.append(messages[0]["text"])
    assert texts[1].startswith("In short: ")
    assert texts[2].startswith("I'm sorry, I don't know that. For more, ")
    assert messages[0]["custom"]["sources"] == [] and messages[0]["custom"]["scope"] == "unknown"


def test_who_asks_the_same_again_hears_the_answer_in_short_however_often():
    asked = "would an elephant be allowed past the cordon"
    _, slots = sent([("powers_search", 0.9)], text=asked)
    for _ in range(2):
        messages, after = sent([("powers_search", 0.9)], text=asked, told=slots["told"], said=slots["said"])
        slots = {**slots, **after}
        assert messages[0]["text"].startswith("In short: ")
        assert slots["told"] == told("powers_search", words=["allow", "cordon", "elephant", "past"])


@pytest.mark.parametrize("text", ["what about tasers", "wat abt tasers"])
def test_what_the_first_sentence_says_is_not_called_unknown(text):
    messages, _ = sent([("powers_use_of_force", 0.9)], text=text, leans=True, told=told("powers_use_of_force", point="weapons"))
    assert messages[0]["text"].startswith("In short: I know of no force that gives its PCSOs a gun, Taser")


def test_the_answer_in_short_has_the_sentence_on_what_is_asked():
    asked = {"text": "can i join with a tattoo on my neck", "point": "tattoos"}
    _, slots = sent([("recruitment_eligibility", 0.9)], **asked)
    messages, _ = sent([("recruitment_eligibility", 0.9)], **asked, told=slots["told"], said=slots["said"])
    assert messages[0]["text"].startswith("In short: ") and "I know of no rule just on necks or hands." in messages[0]["text"]


def test_what_the_last_answer_does_not_hold_may_be_asked_of_another_topic():
    likely = [("powers_search", 0.6), ("contact_report_crime", 0.3), ("out_of_scope", 0.05), ("recruitment_pay", 0.01)]
    messages, _ = sent([("powers_search", 0.6)], text="i cant stand ringing people", leans=True, told=told("powers_search"), ranking=likely,
                       said=[["powers_search"], ["powers_search"]])
    assert messages[0]["text"].startswith("I'm sorry, I don't know that. ")
    assert [button["payload"] for button in messages[0]["buttons"]] == [LIVE.get().answers["contact_report_crime"].question]


@pytest.mark.parametrize(("text", "begins"), [
    ("on my neck tho", "I know of no rule just on necks or hands."),                   # what was told has a sentence on it
    ("its a dragon holding a rose", "I'm sorry, I don't know that. For more, "),
])
def test_what_is_asked_of_the_last_answer_is_looked_for_in_it(text, begins):
    messages, _ = sent([("recruitment_eligibility", 0.9)], text=text, leans=True, told=told("recruitment_eligibility", point="tattoos"))
    assert messages[0]["text"].startswith(begins) and messages[0]["custom"]["scope"] == "unknown"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("text", ["so is that a yes or a no", "yes or no??"])
def test_yes_or_no_is_the_last_answer_in_short(text, times):
    messages, _ = sent([("affirm", 0.99)], text=text, told=told("powers_arrest"), said=[["powers_arrest", "powers_arrest#more"]] * times)
    assert messages[0]["text"].startswith("In short: Arresting people is kept for police officers")
    assert sent([("affirm", 0.99)], text=text)[0][0]["custom"]["topic"] == "affirm"


def test_another_question_that_wants_a_yes_or_a_no_is_no_summing_up():
    messages, _ = sent([("powers_arrest", 0.9)], text="can they arrest my son yes or no", told=told("powers_search"),
                       said=[["powers_search"]])
    assert messages[0]["custom"]["topic"] == "powers_arrest"


def test_who_presses_a_button_reads_the_whole_answer_again():
    question = LIVE.get().answers["powers_search"].question
    assert sent([("powers_search", 1.0)], text=question, said=[["powers_search"]])[0] == sent([("powers_search", 1.0)])[0]


@pytest.mark.parametrize(("topic", "slots", "words"), [
    ("contact_feedback", {}, "What I said holds for Dorset Police, too."),  # holds everywhere
    ("powers_detain", {}, "What I said of other forces may not hold there. I don't have anything reliable from Dorset Police on this. "),
    ("powers_dispersal", {}, "What I said is what holds in general. I don't have anything reliable from Dorset Police on this. "),
    ("recruitment_vetting", {"force": "dorset"}, "In short: "),  # Dorset once more
])
def test_in_another_place_what_was_just_said_is_not_said_again(topic, slots, words):
    first, before = sent([(topic, 0.9)], **slots)
    slots = {**slots, **before, "topic": topic}
    messages, _ = sent([("set_force", 0.9)], places=[WHERE], text="and in dorset", **slots)
    assert messages[0]["text"].startswith(words) and len(messages[0]["text"]) < len(first[0]["text"])
    assert messages[0]["custom"]["force"] == "dorset" and messages[0]["custom"]["sources"]


@pytest.mark.parametrize(("topic", "words"), [
    ("contact_feedback", "It is the same for Dorset Police. Complain to"),
    ("powers_detain", "I don't have anything reliable from Dorset Police on this. In general: "),
])
def test_what_was_said_before_something_else_is_said_in_short_of_another_place(topic, words):
    messages, _ = sent([(topic, 0.9)], places=[WHERE], text="and in dorset", topic=topic, said=[[topic], ["powers_search"]])
    assert messages[0]["text"].startswith(words) and messages[0]["custom"]["sources"]


@pytest.mark.parametrize(("topic", "point", "place"), [
    ("duties_patrol", "bodycams", WHERE | {"label": "Avon and Somerset", "forces": ["avon_and_somerset"]}),  # Essex's
    ("recruitment_hours", "christmas", WHERE),
])
def test_what_is_of_other_forces_does_not_hold_there_too(topic, point, place):
    _, before = sent([(topic, 0.9)], point=point)
    messages, _ = sent([("set_force", 0.9)], places=[place], text="and there", **before | {"topic": topic})
    assert messages[0]["text"].startswith("I know no more ") and "To be sure, ask" in messages[0]["text"]


def only_text(monkeypatch, topic, name):
    """The point as it would be with a text alone, that tells of other forces."""
    knowledge = LIVE.get()
    point = msgspec.structs.replace(knowledge.points[topic][name], with_force=None)
    points = {**knowledge.points, topic: {**knowledge.points[topic], name: point}}
    monkeypatch.setattr(LIVE, "get", lambda: msgspec.structs.replace(knowledge, points=points))
    return point


def test_where_the_force_is_known_others_are_left_out_and_what_it_says_itself_comes_first():
    text = LIVE.get().points["recruitment_eligibility"]["driving"]
    _, before = sent([("recruitment_eligibility", 0.9)], point="driving")
    assert before["said"][-1] == ["recruitment_eligibility/driving"]
    own = LIVE.get().forces["greater_manchester"].points["recruitment_eligibility"]["driving"]
    place = {"places": [WHERE | {"label": "Manchester", "forces": ["greater_manchester"]}], "text": "in manchester"}
    messages, slots = sent([("set_force", 0.9)], **place, **before | {"topic": "recruitment_eligibility"})
    assert own.text in messages[0]["text"] and "Sussex" in text.text and "Sussex" not in messages[0]["text"]
    assert slots["said"][-1] == ["greater_manchester:recruitment_eligibility/driving"]
    messages, _ = sent([("recruitment_eligibility", 0.9)], point="driving", force="durham")
    assert messages[0]["text"].startswith(text.with_force) and "Sussex" not in messages[0]["text"]


def test_what_was_read_of_other_forces_is_called_so_where_another_text_would_stand_for_them_now():
    _, before = sent([("recruitment_fitness", 0.9)], point="bleep_level")
    messages, _ = sent([("set_force", 0.9)], places=[WHERE | {"label": "Lancashire", "forces": ["lancashire"]}], text="and in lancashire",
                       **before | {"topic": "recruitment_fitness"})
    assert "I don't have anything reliable from Lancashire Constabulary" in messages[0]["text"]
    assert "What I said of other forces may not hold there." in messages[0]["text"]


@pytest.mark.parametrize(("topic", "point", "function", "words"), [
    ("powers_dispersal", None, "nothing_from", "What I said is what holds in general."),
    ("recruitment_fitness", "bleep_level", "not_known_of", "What I said is of other forces."),
])
def test_how_it_is_worded_that_a_force_says_nothing_changes_no_meaning(monkeypatch, topic, point, function, words):
    only_text(monkeypatch, "recruitment_fitness", "bleep_level")
    _, before = sent([(topic, 0.9)], point=point)
    place = {"places": [WHERE | {"label": "Lancashire", "forces": ["lancashire"]}], "text": "and in lancashire"}
    monkeypatch.setattr(lookup, function, lambda force, more="": f"Nobody there {more}tells.")
    messages, _ = sent([("set_force", 0.9)], **place, **before | {"topic": topic})
    assert words in messages[0]["text"] and "Lancashire Constabulary" in messages[0]["text"]
    messages, _ = sent([("set_force", 0.9)], **place, topic=topic, told=before["told"], said=[*before["said"], ["powers_search"]])
    assert "the same" not in messages[0]["text"]


def test_that_something_is_general_is_not_said_of_what_comes_anew(monkeypatch):
    monkeypatch.setattr(reply, "THAT_IS_GENERAL", "So much for everywhere.")
    reply_now = look_up(LIVE.get(), "powers_dispersal", "dorset")
    assert "\n\nSo much for everywhere. I don't have" in reply_now.text and reply_now.is_general
    new = msgspec.structs.replace(reply_now.held[0], key="dorset:news", text="In Dorset there is news.")
    reply_now = msgspec.structs.replace(reply_now, held=(new, *reply_now.held))
    left = repeats.without_what_was_said(LIVE.get(), Question("powers_dispersal", "dorset"), read_turn([{"topic": "powers_dispersal",
                                         "confidence": 0.9}]), reply_now, {"powers_dispersal", "powers_dispersal#more"})
    assert left.text.startswith("In Dorset there is news.\n\nI don't have anything reliable from Dorset Police") and left.admits


def test_after_two_answers_a_place_hears_which_is_meant():
    _, before = sent([("recruitment_pay", 0.9), ("contact_feedback", 0.9)], text="what do they earn and how do i complain")
    messages, _ = sent([("set_force", 0.9)], places=[WHERE], text="and in dorset", **before)
    assert messages[0]["text"].startswith("It is the same for Dorset Police. Complain to")


def test_a_place_is_told_whose_it_is_and_that_it_is_the_same_there():
    _, before = sent([("contact_feedback", 0.9)])
    messages, _ = sent([("set_force", 0.9)], places=[WHERE | {"label": "Weymouth"}], text="and in weymouth",
                       **before | {"topic": "contact_feedback"})
    assert messages[0]["text"].startswith("Weymouth is covered by Dorset Police. What I said holds there, too.")


def test_whose_a_place_is_stands_before_the_first_of_several_answers_alone():
    messages, _ = sent([("powers_search", 0.9), ("recruitment_pay", 0.9)], places=[WHERE | {"label": "Weymouth"}],
                       text="can they search us and what is the pay in weymouth")
    covered = [message["text"].startswith("Weymouth is covered by Dorset Police.") for message in messages]
    assert covered == [True, False] and all(message["custom"]["force"] == "dorset" for message in messages)


def test_it_is_not_called_the_same_after_what_another_force_says():
    _, before = sent([("contact_report_crime", 0.9)], force="british_transport", said=[["contact_report_crime"]])
    assert before["said"][-1] == ["british_transport:contact_report_crime"]
    messages, _ = sent([("set_force", 0.9)], places=[WHERE | {"label": "Kent", "forces": ["kent"]}], text="and in kent",
                       **{**before, "topic": "contact_report_crime"})
    assert messages[0]["text"].startswith("For Kent Police I hold only what holds everywhere. Call 101")
    assert "call 999" in messages[0]["text"]  # in short keeps whom to call


def test_what_was_not_said_of_a_force_is_not_put_into_its_mouth():
    slots = {"force": "dorset", "topic": "recruitment_vetting"}
    _, before = sent([("recruitment_vetting", 0.9)], point="driving_offences", **slots)
    messages, _ = sent([("set_force", 0.9)], places=[WHERE], text="and in dorset", **slots | before)
    assert "As I said of Dorset Police" not in messages[0]["text"] and messages[0]["text"].startswith("In short: Driving offences")


def test_which_of_two_places_is_asked_without_saying_it_all_again():
    two = {"label": "Newport", "forces": ["gwent", "west_mercia"], "certain": False}
    messages, _ = sent([("powers_search", 0.9)], places=[two], said=[["powers_search"]])
    assert messages[0]["text"].startswith("There is more than one place called Newport")


@pytest.mark.parametrize("said", [5, [5], [["powers_search"], None], "powers_search"])
def test_a_slot_of_another_form_was_not_said(said):
    assert sent([("powers_search", 0.9)], said=said)[0] == sent([("powers_search", 0.9)])[0]


def test_what_was_told_is_left_out_beside_what_is_new():
    _, before = sent([("recruitment_vetting", 0.9)], force="dorset")
    messages, _ = sent([("recruitment_vetting", 0.9)], point="appeal", force="dorset", said=before["said"])
    assert LIVE.get().forces["dorset"].facts["recruitment_vetting"].text not in messages[0]["text"]


def test_another_force_is_no_aside_twice(monkeypatch):
    point = only_text(monkeypatch, "recruitment_fitness", "bleep_level")
    first, slots = sent([("recruitment_fitness", 0.9)], point="bleep_level", force="lancashire")
    assert first[0]["text"].startswith(f"I don't know about Lancashire Constabulary. {point.text}")
    silent = next(force for force in LIVE.get().forces.values()
                  if "recruitment_fitness" not in force.facts and force.id != "lancashire" and not force.without_pcsos)
    place = WHERE | {"label": silent.name, "forces": [silent.id]}
    after, _ = sent([("set_force", 0.9)], places=[place], text=f"and {silent.name}?", topic="recruitment_fitness", told=slots["told"],
                    said=slots["said"])
    text = after[0]["text"]
    assert text.startswith(f"I don't know about {silent.name}. What I said is of other forces. ") and "the same" not in text
