"""Does the classifier's confidence mean what it says? Of ten topics given at 0.8, eight should be right."""

from __future__ import annotations

from typing import Iterable, Optional

from msgspec import Struct

from evaluation.judging import Judged

BINS = 10


class Bin(Struct, frozen=True):
    """Questions whose likeliest topic had a confidence from `low` up to `high`."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


class Calibration(Struct, frozen=True):
    """`error` is the expected calibration error (Naeini et al. 2015): the mean distance
    between confidence and accuracy, each bin weighing as many questions as it holds."""

    bins: list[Bin]
    count: int
    error: float


def claims(judged: Iterable[Judged]) -> list[tuple[float, bool]]:
    """(confidence of the likeliest topic, whether it was right) for every single question with a topic."""
    return [(item.understood.ranking[0][1], item.understood.ranking[0][0] in item.question.topics)
            for item in judged
            if item.understood and item.understood.ranking and item.question.topics and not item.question.lang
            and item.question.kind in ("single", "document")]


def calibrate(found: list[tuple[float, bool]]) -> Optional[Calibration]:
    """Ten bins of equal width; empty ones are left out. None without any claim."""
    if not found:
        return None
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in found:
        groups.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    bins = [Bin(index / BINS, (index + 1) / BINS, len(group), sum(confidence for confidence, _ in group) / len(group),
                sum(right for _, right in group) / len(group)) for index, group in sorted(groups.items())]
    error = sum(bar.count * abs(bar.confidence - bar.accuracy) for bar in bins) / len(found)
    return Calibration(bins, len(found), error)
