"""The drill's arithmetic: what counts as lost, doubled, told and right; and its page."""

from types import SimpleNamespace

import pytest

import safety
from tools.drill.afternoon import Phase
from tools.drill.ledger import CALL_999, LOST, MISSED, OTHER, RIGHT, TOLD, WRONG, Ledger
from tools.drill.page import must_be_zero, page
from tools.drill.people import EMERGENCIES

DANGER = EMERGENCIES[0]
PLANTED = "Any PCSO can lock you up."
RIGHT_WORDS = "No PCSO can stop and search you"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger([PLANTED])


@pytest.mark.parametrize("answers, outcome", [
    ([], LOST), ([f"{RIGHT_WORDS}, only police officers can."], RIGHT), (["Something else"], OTHER), ([PLANTED], WRONG),
    ([safety.reply_when_broken("a question")["text"]], TOLD), (["First of two", f"{RIGHT_WORDS}."], RIGHT)])
def test_what_a_question_came_to(ledger: Ledger, answers: list[str], outcome: str) -> None:
    question = ledger.open("widget", "Can a PCSO search me?", RIGHT_WORDS)
    for text in answers:
        ledger.hear(question, text)
    assert ledger.outcome(question) == outcome
    assert ledger.waiting() == (0 if answers else 1)


def test_in_danger_only_999_in_the_first_sentence_counts(ledger: Ledger) -> None:
    asked = [ledger.open("Telegram", DANGER, "", danger=True) for _ in range(3)]
    ledger.hear(asked[0], safety.reply_to_emergency(safety.check(DANGER))[0]["text"])
    ledger.hear(asked[1], "PCSOs wear blue. Call 999.")
    assert [ledger.outcome(question) for question in asked] == [CALL_999, MISSED, LOST]


def test_the_same_answer_twice_is_a_double_and_two_answers_are_not(ledger: Ledger) -> None:
    twice, two = ledger.open("widget", "a", "x"), ledger.open("widget", "b", "x")
    for question, text in ((twice, "x"), (twice, "x"), (two, "x"), (two, "y")):
        ledger.hear(question, text)
    assert (twice.doubled, two.doubled, ledger.figures().doubled) == (1, 0, 1)


def test_the_time_is_that_of_the_first_answer(ledger: Ledger) -> None:
    question = ledger.open("widget", "a", "x")
    question.asked -= 2
    ledger.hear(question, "x")
    first = question.answered
    ledger.hear(question, "y")
    assert question.answered == first and question.seconds >= 2
    assert ledger.figures().longest == question.seconds
    assert ledger.figures(lambda other: other.way == "Telegram").asked == 0


def played(ledger: Ledger, **phase: object) -> SimpleNamespace:
    return SimpleNamespace(ledger=ledger, visits=3, phases=[Phase("Rasa is killed", 0.0, 1e9, **phase)])


def test_the_page_says_whether_everything_held(ledger: Ledger) -> None:
    ledger.hear(ledger.open("widget", "a", "x"), "x")
    good = page(played(ledger, found="It was back after 20 s."), "5 minutes.")
    assert "Nothing was lost, doubled or left unhealed." in good and "| 00:00 | Rasa is killed | 1 | 1 | 0 |" in good
    assert "It was back after 20 s." in good
    ledger.open("Telegram", "never answered", "x")
    assert must_be_zero(played(ledger))["questions lost"] == 1
    assert "Not everything held" in page(played(ledger), "5 minutes.") and "| questions lost | 1 |" in page(played(ledger), "")


@pytest.mark.parametrize("spoil, name", [
    (lambda a: setattr(a.ledger, "missing_from_history", 1), "answers missing from a kept conversation"),
    (lambda a: setattr(a.ledger, "doubled_in_history", 1), "messages doubled in a kept conversation"),
    (lambda a: setattr(a.phases[0], "healed", False), "faults that didn't heal")])
def test_each_thing_that_must_not_happen_is_counted(ledger: Ledger, spoil, name: str) -> None:
    afternoon = played(ledger)
    assert not any(must_be_zero(afternoon).values())
    spoil(afternoon)
    assert must_be_zero(afternoon)[name] == 1
