"""Which questions a message asks, from the probabilities of its whole and its parts."""

import numpy as np
import pytest

from bot.nlu import parts, questions
from bot.nlu.reading import Part, Reading

LABELS = ["powers_arrest", "recruitment_pay", "thanks", "set_force", "contact_report_crime"]


def reading(*parts, text="x y z"):
    return Reading(text=text, parts=tuple(Part(text=part, mentions=(), is_question=asks) for part, asks in parts))


def row(topic, confidence):
    rest = (1 - confidence) / (len(LABELS) - 1)
    return [confidence if label == topic else rest for label in LABELS]


def found(read, *rows):
    asked, _ = questions.find(read, LABELS, np.array(rows))
    return [question.topic for question in asked]


def test_one_question():
    assert found(reading(), row("powers_arrest", 0.9)) == ["powers_arrest"]


def test_two_questions_in_order():
    read = reading(("what is the pay", True), ("can they arrest me", True))
    assert found(read, row("powers_arrest", 0.5), row("recruitment_pay", 0.9), row("powers_arrest", 0.9)) == [
        "recruitment_pay", "powers_arrest"]


@pytest.mark.parametrize("rows", [
    (row("powers_arrest", 0.9), row("powers_arrest", 0.9), row("powers_arrest", 0.8)),   # the same twice
    (row("powers_arrest", 0.9), row("recruitment_pay", 0.4), row("powers_arrest", 0.9)),  # one part unsure
    (row("powers_arrest", 0.9), row("thanks", 0.99), row("powers_arrest", 0.9)),          # thanks is no question
])
def test_parts_that_are_not_two_questions(rows):
    assert found(reading(("a b", True), ("c d", True)), *rows) == ["powers_arrest"]


def test_a_statement_is_context_not_a_question():
    read = reading(("they pay well", False), ("can they arrest me", True))
    assert found(read, row("powers_arrest", 0.6), row("recruitment_pay", 0.9), row("powers_arrest", 0.9)) == ["powers_arrest"]


def test_what_only_tells_is_less_of_a_question_where_one_other_part_asks():
    rows = row("powers_arrest", 0.6), row("recruitment_pay", 0.97), row("powers_arrest", 0.9)
    tells = Part(text="she started on good money as one of them last year", mentions=(), is_question=False)
    asks = Part(text="can they arrest me", mentions=(), is_question=True)
    told = Part(text=tells.text, mentions=(), is_question=False, is_told=True)
    assert found(Reading(text="x y z", parts=(tells, asks)), *rows) == ["recruitment_pay", "powers_arrest"]
    assert found(Reading(text="x y z", parts=(told, asks)), *rows) == ["powers_arrest"]


@pytest.mark.parametrize(("part", "told"), [
    ("a pcso took my bike off me", True),
    ("can they do that", False),
    ("my mum is deaf so how does she ring", False),
    ("I should like to thank our PCSO", False),
    ("fitness test yes/no", False),
    ("bad back", False),
])
def test_what_only_tells_asks_nothing_within(part, told):
    assert parts.is_told(part) == told


def test_a_crime_that_is_told_before_the_question_is_no_question():
    told = reading(("somebody scratched our car and a pcso came round", False), ("can they arrest him", True))
    rows = row("powers_arrest", 0.6), row("contact_report_crime", 0.99), row("powers_arrest", 0.9)
    assert found(told, *rows) == ["powers_arrest"]
    about_both = row("contact_report_crime", 0.6), *rows[1:]
    assert found(told, *about_both) == ["contact_report_crime", "powers_arrest"]
    asked = reading(("how do i report a scratched car", True), ("can they arrest him", True))
    assert found(asked, *rows) == ["contact_report_crime", "powers_arrest"]


@pytest.mark.parametrize(("message", "cut"), [
    ("can pcsos do stop n search", []),
    ("can they take my vape and fine me for it", [("can they take my vape", "can they fine me for it")]),
    ("do they guard scenes, give evidence or search houses", [
        ("do they guard scenes", "do they give evidence or search houses"),
        ("do they guard scenes, give evidence", "do they search houses"),
        ("do they guard scenes", "do they give evidence", "do they search houses")]),
])
def test_loose_cuts(message, cut):
    assert parts.loose_cuts(message) == cut


@pytest.mark.parametrize(("sure", "topic"), [(0.9, "powers_arrest"), (0.3, "set_force")])
def test_beside_a_place_what_is_asked_counts(sure, topic):
    read = reading(("we are in Leeds", False), ("can they arrest me", True))
    assert found(read, row("set_force", 0.8), row("set_force", 0.9), row("powers_arrest", sure)) == [topic]


def test_in_a_story_the_question_counts():
    read = reading(("long story about money", False), ("can they arrest me", True), text="word " * 40)
    assert found(read, row("recruitment_pay", 0.6), row("recruitment_pay", 0.9), row("powers_arrest", 0.95)) == ["powers_arrest"]


def test_unsure_is_unclear():
    assert found(reading(), [0.14, 0.13, 0.13, 0.12]) == ["unclear"]


def test_what_is_clear_as_a_whole_is_not_cut_in_two():
    half = Part(text="x", mentions=(), is_question=False)
    cut = Reading(text="x y", loose_cuts=((half, half),))
    assert questions.needs_cuts(cut, np.array(row("powers_arrest", 0.9)))
    assert not questions.needs_cuts(cut, np.array(row("powers_arrest", 0.9995)))
    assert not questions.needs_cuts(reading(), np.array(row("powers_arrest", 0.9)))
    assert len(cut.texts) == 3 and cut.first_texts == ["x y"]


@pytest.mark.parametrize(("part", "asks"), [
    ("if i say no what can they do to me", True), ("if i say no", False), ("their number please", False),
])
def test_a_condition_with_its_question_asks(part, asks):
    assert parts.is_question(part) == asks
    assert not parts.is_told(part) or part == "if i say no"


@pytest.mark.parametrize(("text", "tells"), [
    ("it was when i was 14", True), ("for possession of weed", True), ("i had a stroke in 2020", True),
    ("she walked off when i told her", True), ("all paid off now, it was four grand", True), ("there wasnt a sign", True),
    # typed as into a search box
    ("stop and search powers", False), ("training course length", False), ("bike theft report", False), ("talks for year 6", False),
    ("apply for pcso job", False), ("underage drinking in park", False), ("contact details for maidstone pcsos", False),
    # objections and questions
    ("thats not true", False), ("you are wrong about that", False), ("so they can make me", False), ("and if i refuse", False),
])
def test_who_tells_of_a_case_names_somebody_in_it(text, tells):
    assert parts.tells_of_a_case(text) is tells
