"""Whether chance explains that some questions got better and others worse: each training understands a few otherwise."""

from __future__ import annotations

from math import comb

# How often chance alone may be taken for a difference.
LIKELY = 0.05


def explains(better: int, worse: int) -> bool:
    """The sign test: whether a coin thrown for each question that moved falls so unevenly more often than `LIKELY`."""
    moved, fewer = better + worse, min(better, worse)
    return 2 * sum(comb(moved, number) for number in range(fewer + 1)) > LIKELY * 2 ** moved
