"""Stretches of a message, and marks in it, found without going through them all: one word a thousand times is read as fast as others."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Iterable, Iterator


class Stretches:
    """Stretches of a text as (start, end), the end not counted; those that overlap or touch become one."""

    def __init__(self, spans: Iterable[tuple[int, int]]):
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts, self._ends, strict=True)

    def touch(self, start: int, end: int) -> bool:
        """Whether any place from `start` to before `end` lies in one of them."""
        index = bisect_left(self._starts, end)
        return index > 0 and self._ends[index - 1] > start


class Marks:
    """Where in a text some marks stand (' . ', ' but ')."""

    def __init__(self, text: str, marks: re.Pattern):
        """`marks` looks ahead and has what it finds as its first group, for two marks may share a blank."""
        found = sorted((match.span(1) for match in marks.finditer(text)), key=lambda span: span[1])
        self._ends = [end for _, end in found]
        self._last_by_end = list(accumulate((start for start, _ in found), max))
        self._starts = sorted(start for start, _ in found)

    def last_to(self, end: int) -> int:
        """Where the last mark starts that ends no later than `end`; 0 where there is none."""
        index = bisect_right(self._ends, end)
        return self._last_by_end[index - 1] if index else 0

    def first_from(self, start: int) -> int | None:
        """Where the first mark starts that starts no earlier than `start`, or None."""
        index = bisect_left(self._starts, start)
        return self._starts[index] if index < len(self._starts) else None


def ahead(*marks: str) -> re.Pattern:
    """A pattern for `Marks`."""
    return re.compile(f"(?=({'|'.join(map(re.escape, marks))}))")
