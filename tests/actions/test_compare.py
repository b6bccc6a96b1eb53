"""Comparing forces: on which topic, and how it is called."""

import pytest

from actions.compare import compare_forces
from actions.thread import Question
from actions.turn import Place, Turn
from knowledge import load

KENT, DORSET = Place("Kent", ("kent",), True, "kent"), Place("Dorset", ("dorset",), True, "dorset")


@pytest.fixture(scope="module")
def knowledge():
    return load()


@pytest.mark.parametrize(("text", "ranking", "topic", "words"), [
    ("compare kent and dorset on pay", [("force_compare", 0.99), ("recruitment_pay", 0.004)], "powers_search", "On pay and holidays:"),
    ("compare kent and dorset", [("force_compare", 0.99), ("role_where", 0.004)], "powers_search", "On searching someone:"),
    ("is that more than in dorset", [("role_numbers", 0.14)], "recruitment_pay", "On pay and holidays:"),
    ("compare kent and dorset", [("force_compare", 0.99)], None, "On PCSO powers:"),
])
def test_the_topic_is_the_one_named_else_the_threads(knowledge, text, ranking, topic, words):
    turn = Turn(text=text, intent="force_compare", asked=(), places=(KENT, DORSET), ranking=tuple(ranking), alarm_level="none",
                language="en", force=None, topic=topic, pending={})
    reply = compare_forces(knowledge, Question("force_compare", forces=("kent", "dorset")), turn)
    assert reply.text.startswith(words)


def test_where_neither_force_is_known_what_holds_in_general_is_said_once_with_its_sources(knowledge):
    turn = Turn(text="compare kent and dorset on pay", intent="force_compare", asked=(), places=(KENT, DORSET),
                ranking=(("recruitment_pay", 0.01),), alarm_level="none", language="en", force=None, topic=None, pending={})
    reply = compare_forces(knowledge, Question("force_compare", forces=("kent", "dorset")), turn)
    assert reply.text.count("In general:") == 1 and reply.scope == "unknown" and reply.sources


def test_what_is_the_same_for_both_is_said_once(knowledge):
    turn = Turn(text="compare kent and dorset on complaints", intent="force_compare", asked=(), places=(KENT, DORSET),
                ranking=(("contact_feedback", 0.9),), alarm_level="none", language="en", force=None, topic=None, pending={})
    reply = compare_forces(knowledge, Question("force_compare", forces=("kent", "dorset")), turn)
    assert "It is the same for Kent Police and Dorset Police. " in reply.text and reply.scope == "national"
    assert reply.text.count(knowledge.answers["contact_feedback"].text) == 1
