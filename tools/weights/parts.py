"""What speaks for a part of a message being a question of its own."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Sequence, Tuple
from unittest.mock import patch

import numpy as np

from bot.nlu import questions
from bot.nlu.questions import Weights
from tools.weights.constants import Constants
from tools.weights.decision import Count, Decision, count
from tools.weights.fits import logistic
from tools.weights.talks import Seen

# Towards hearing a second question: saying too much costs a line, an ignored question a person's time.
RATHER_HEARD = 2.0

PARTS = Constants(questions, [f"{group}.{field}" for group in ("PARTS", "LOOSE") for field in Weights._fields])


class Piece(NamedTuple):
    """A part, or a piece of a loose cut (`group`), what `Weights.score` is asked about it, and whether its topic is asked."""

    group: str
    asked: Tuple[Any, ...]
    is_asked: bool


def _pieces(one: Seen) -> List[Piece]:
    """What `questions.find` weighs of a message. What only tells isn't among it: that has a constant of its own."""
    reading, labels, probabilities = one.heard.asked
    with patch.object(questions.Weights, "score", autospec=True, return_value=0.0) as score:
        questions.find(reading, labels, probabilities)
    wanted = one.question.both or one.question.topics
    # It is asked about one row after the other.
    rows = probabilities[1:1 + score.call_count]
    group = "PARTS" if reading.parts else "LOOSE"
    pieces = [Piece(group, call.args[1:], labels[int(row.argmax())] in wanted)
              for call, row in zip(score.call_args_list, rows, strict=True)]
    return [piece for piece in pieces if not piece.asked[0].is_told]


def _whole_messages(seen: Sequence[Seen]) -> List[Seen]:
    """Those in English that are asked by themselves, and aren't about danger."""
    return [one for one in seen if one.heard.asked and one.question.kind in ("single", "two") and one.question.emergency == "no"
            and not one.question.lang]


def fit(seen: Sequence[Seen]) -> np.ndarray:
    """Logistic regressions over all parts and over all pieces: side by side they are one, as neither has a feature of the other."""
    pieces = [piece for one in _whole_messages(seen) for piece in _pieces(one)]
    features = PARTS.features(lambda: np.array([getattr(questions, piece.group).score(*piece.asked) for piece in pieces]))
    weights = logistic(features, np.array([piece.is_asked for piece in pieces]), np.ones(len(pieces)))
    return weights + RATHER_HEARD * np.array([name.endswith(".base") for name in PARTS.names])


def counts(seen: Sequence[Seen]) -> List[Count]:
    """Pairs of which both are found in order; single questions beside which nothing is found that isn't asked."""
    found = [(one, [question.topic for question in questions.find(*one.heard.asked)[0]]) for one in _whole_messages(seen)]
    pairs = [tuple(topics[:len(one.question.both)]) == one.question.both for one, topics in found if one.question.both]
    singles = [len(topics) == 1 or set(topics) <= set(one.question.topics) for one, topics in found if not one.question.both]
    return [count("both of a pair, in order", pairs), count("nothing else of a single", singles)]


DECISIONS = {"parts": Decision("Questions of a message", PARTS, fit, counts)}
