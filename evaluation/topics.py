"""Topic by topic: precision, recall, F1, and which topics are taken for which."""

from __future__ import annotations

from collections import Counter
from typing import Iterable

from msgspec import Struct

from evaluation.judging import Judged

EMERGENCY = "emergency"


class TopicScore(Struct, frozen=True):
    """How one topic fared. `right` of `expected` were found; `given` answers were about it."""

    topic: str
    expected: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """Of the answers about this topic, the share that was asked for."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """Of the questions about this topic, the share that was answered with it."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


Pairs = Counter  # (expected topic, topic given) → how often


def pairs(judged: Iterable[Judged]) -> Pairs:
    """Counts expected and given topic of every question that expects one, emergencies included.

    Where several topics are right, the given one counts as expected; if none of them was
    given, the first does. Follow-ups are left out: they mean nothing by themselves.
    """
    counted: Pairs = Counter()
    for item in judged:
        question = item.question
        wanted = question.topics or ((EMERGENCY,) if question.emergency == "yes" else ())
        if not wanted or question.follow_up or question.lang:
            continue
        given = (item.got.topics[0] if item.got.topics else None) or "(none)"
        counted[given if given in wanted else wanted[0], given] += 1
    return counted


def scores(counted: Pairs) -> list[TopicScore]:
    """One score for each topic expected or given, the weakest first."""
    expected, given = Counter(), Counter()
    for (wanted, got), number in counted.items():
        expected[wanted] += number
        given[got] += number
    found = [TopicScore(topic, expected[topic], given[topic], counted[topic, topic]) for topic in expected | given]
    return sorted(found, key=lambda score: (score.f1, score.topic))


def macro_f1(found: list[TopicScore]) -> float:
    """The mean F1 of all topics that were asked for, each counting the same."""
    asked = [score.f1 for score in found if score.expected]
    return sum(asked) / len(asked) if asked else 0.0


def mistaken(counted: Pairs) -> list[tuple[str, str, int]]:
    """(expected, given, how often) for every mistake, the commonest first."""
    wrong = [(wanted, got, number) for (wanted, got), number in counted.items() if wanted != got]
    return sorted(wrong, key=lambda item: (-item[2], item[0], item[1]))
