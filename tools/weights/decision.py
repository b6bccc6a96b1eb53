"""What the four decisions have in common: their weights, and how they are fitted and judged."""

from __future__ import annotations

from typing import Callable, List, NamedTuple, Sequence

import numpy as np

from tools.weights.constants import Constants
from tools.weights.talks import Seen


class Count(NamedTuple):
    """How many of some kind of message are decided rightly, and how many wrongly."""

    label: str
    right: int
    wrong: int


class Decision(NamedTuple):
    """`title` says what is decided; `fit` gives values for `constants`, shape (names,), by what was seen; `counts` decides anew about
    what was seen, with the weights that are in force."""

    title: str
    constants: Constants
    fit: Callable[[Sequence[Seen]], np.ndarray]
    counts: Callable[[Sequence[Seen]], List[Count]]


class Outcome(NamedTuple):
    """A decision with its weights, shape (names,), and what comes of either: counts of the half that may be read, of the other."""

    decision: Decision
    now: np.ndarray
    fitted: np.ndarray
    with_now: List[List[Count]]
    with_fitted: List[List[Count]]


def count(label: str, right: Sequence[bool]) -> Count:
    """Counts what is `right`, one for each message."""
    return Count(label, sum(right), len(right) - sum(right))


def outcome(decision: Decision, seen: Sequence[Seen]) -> Outcome:
    """Fits `decision` to what may be read of `seen`, and judges both halves with either weights."""
    halves = [[one for one in seen if one.read], [one for one in seen if not one.read]]
    fitted = decision.fit(halves[0])
    with_now = [decision.counts(half) for half in halves]
    with decision.constants.set_to(fitted):
        with_fitted = [decision.counts(half) for half in halves]
    return Outcome(decision, decision.constants.now, fitted, with_now, with_fitted)
