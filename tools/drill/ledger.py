"""What every simulated person asked and got, and what the figures make of it."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

# What a question came to. The last three must not happen.
RIGHT, TOLD, OTHER, WRONG, CALL_999 = "right", "told", "other", "wrong", "999"
LOST, MISSED = "lost", "missed"


@dataclass
class Question:
    """One message of one person. Times are seconds since the drill began."""

    way: str  # 'widget' or 'Telegram'
    text: str
    expects: str  # words of the right answer; '' for an emergency
    asked: float
    danger: bool = False
    answered: float | None = None
    answers: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the first answer took. Only for questions that were answered."""
        return self.answered - self.asked

    @property
    def doubled(self) -> int:
        """How many of its answers came again."""
        return len(self.answers) - len(set(self.answers))


class Ledger:
    """All questions of a drill. `wrong` are words that the drill itself has planted in the facts."""

    def __init__(self, wrong: Iterable[str] = ()):
        self._begun = time.monotonic()
        self._wrong = tuple(wrong)
        self.questions: list[Question] = []
        self.missing_from_history = 0
        self.doubled_in_history = 0

    def now(self) -> float:
        """Seconds since the drill began."""
        return time.monotonic() - self._begun

    def open(self, way: str, text: str, expects: str, danger: bool = False) -> Question:
        """Notes that somebody asks something now."""
        self.questions.append(Question(way, text, expects, self.now(), danger))
        return self.questions[-1]

    def hear(self, question: Question, text: str) -> None:
        """Notes an answer to a question."""
        if question.answered is None:
            question.answered = self.now()
        question.answers.append(text)

    def outcome(self, question: Question) -> str:
        """One of the words above.

        'told' is a reply that says it can't answer just now and names 999 and 101; 'other' is one about
        something else than was asked for; 'wrong' has planted words in it.
        """
        heard = "\n".join(question.answers)
        if not question.answers:
            return LOST
        if question.danger:
            return CALL_999 if "999" in question.answers[0].split(".")[0] else MISSED
        if any(words in heard for words in self._wrong):
            return WRONG
        if question.expects in heard:
            return RIGHT
        return TOLD if "999" in heard and "101" in heard else OTHER

    def waiting(self) -> int:
        """Questions that nobody has answered yet."""
        return sum(1 for question in self.questions if not question.answers)

    def figures(self, chosen: Callable[[Question], bool] = lambda question: True) -> Figures:
        """The figures of some of the questions."""
        return Figures.of([question for question in self.questions if chosen(question)], self.outcome)


@dataclass(frozen=True)
class Figures:
    """Counts by outcome, and seconds to the first answer."""

    asked: int
    outcomes: Counter[str]
    doubled: int
    p50: float
    p95: float
    longest: float
    longest_999: float

    @classmethod
    def of(cls, questions: list[Question], outcome: Callable[[Question], str]) -> Figures:
        """Of these questions; times are 0 where nothing was answered."""
        seconds = sorted(question.seconds for question in questions if question.answers)
        danger = [question.seconds for question in questions if question.danger and question.answers]
        return cls(len(questions), Counter(map(outcome, questions)), sum(question.doubled for question in questions),
                   statistics.median(seconds) if seconds else 0.0, seconds[int(0.95 * len(seconds))] if seconds else 0.0,
                   max(seconds, default=0.0), max(danger, default=0.0))
