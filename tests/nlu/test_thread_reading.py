"""A short message after a question: likely alone and likely in the thread."""

import numpy as np
import pytest

from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu import reader
from bot.nlu.thread_weights import follow, leans

LABELS = ("deny", "emergency", "out_of_scope", "powers_fines", "powers_obey", "recruitment_pay", "set_force", "tell_more", "unclear")


def shares(**given):
    return np.array([given.get(label, 1e-3) for label in LABELS])


@pytest.mark.parametrize(("text", "alone", "in_thread", "topic"), [
    ("how much", {"recruitment_pay": 0.7, "powers_fines": 0.2}, {"powers_fines": 0.9}, "powers_fines"),
    ("what about wages", {"recruitment_pay": 0.95}, {"powers_fines": 0.1, "recruitment_pay": 0.8}, "recruitment_pay"),
    ("what if we werent doing anything", {"deny": 0.5, "powers_obey": 0.3}, {"powers_obey": 0.5}, "powers_obey"),
    ("and the shed", {"emergency": 0.6, "powers_fines": 0.1}, {"powers_fines": 0.5}, "powers_fines"),
    ("who won the football", {"out_of_scope": 0.96}, {"powers_fines": 0.05, "out_of_scope": 0.9}, "out_of_scope"),
])
def test_a_short_message_leans_on_what_came_before(text, alone, in_thread, topic):
    assert LABELS[int(follow(text, LABELS, shares(**alone), shares(**in_thread), None, "powers_fines").argmax())] == topic


@pytest.mark.parametrize(("text", "alone"), [
    ("no", {"deny": 0.9}),
    ("i live in derby", {"set_force": 0.9}),
    ("can they search me", {"powers_obey": 0.9995}),
    ("hgfd", {"unclear": 0.9}),
    ("who told u that", {"tell_more": 0.6}),
    ("a message of far more words than people type when they only lean on it says by itself what it asks", {"recruitment_pay": 0.5}),
])
def test_what_is_clear_alone_leans_on_nothing(text, alone):
    assert not leans(text, LABELS, shares(**alone))


@pytest.mark.parametrize(("text", "alone"), [
    ("how much", {"recruitment_pay": 0.7}),
    ("even in a tunnel", {"set_force": 0.7}),
    ("no i meant the fine", {"deny": 0.9}),
    ("and hgfd", {"unclear": 0.9}),
])
def test_what_is_not_clear_alone_leans_on_what_came_before(text, alone):
    assert leans(text, LABELS, shares(**alone))


def test_the_result_is_a_share_of_one():
    found = follow("and if i dont", LABELS, shares(unclear=0.9), shares(powers_obey=0.9), None, "powers_fines")
    assert found.sum() == pytest.approx(1.0) and found.min() >= 0.0


def test_what_they_asked_before_tells_what_a_detail_is_about():
    alone, in_thread = shares(recruitment_pay=0.5, powers_fines=0.3), shares(recruitment_pay=0.4, powers_fines=0.4)
    fined = follow("how much is it", LABELS, alone, in_thread, shares(powers_fines=0.9), "powers_obey")
    hired = follow("how much is it", LABELS, alone, in_thread, shares(recruitment_pay=0.9), "powers_obey")
    assert LABELS[int(fined.argmax())] == "powers_fines" and LABELS[int(hired.argmax())] == "recruitment_pay"


@pytest.mark.parametrize(("story", "said"), [(["got fined", "how  much"], ["got fined", "how much"]), (None, []), ("got fined", [])])
def test_the_story_is_what_the_actions_kept(story, said):
    tracker = DialogueStateTracker("someone", [AnySlot("story", mappings=[{"type": "custom"}], influence_conversation=False)])
    tracker.update(SlotSet("story", story))
    assert reader._said(tracker) == said


@pytest.mark.parametrize(("slots", "last"), [
    ({}, None),
    ({"topic": "powers_fines"}, "powers_fines"),
    ({"topic": "powers_fines", "told": {"topic": "powers_fines", "force": None, "point": "appeal"}}, "powers_fines/appeal"),
    ({"topic": "powers_fines", "told": {"topic": "powers_fines", "force": None, "point": None}}, "powers_fines"),
    # 'what if I refuse' was answered, and the talk is still about the drugs.
    ({"topic": "powers_drugs", "told": {"topic": "powers_obey", "point": "after_powers_drugs"}}, "powers_drugs"),
    ({"topic": "powers_fines", "told": ["powers_fines", None]}, "powers_fines"),
])
def test_what_a_message_leans_on_is_the_question_answered_last(slots, last):
    kept = [AnySlot(name, mappings=[{"type": "custom"}], influence_conversation=False) for name in ("topic", "told")]
    tracker = DialogueStateTracker("someone", kept)
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    assert reader._last(tracker) == last
