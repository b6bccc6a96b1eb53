"""The figures: what was asked, understood and helped, summed from the daily counts. Everything blocks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from msgspec import Struct

from door.database import Database, daily_counts
from knowledge.topics import NOT_ASKED

# From so many days on a plot has a bar for each week.
MOST_BARS = 62


class Count(Struct, frozen=True):
    """A row of the daily counts."""

    day: dt.date
    channel: str
    topic: str
    force: str
    scope: str
    emergency: bool
    answers: int
    helped: int
    unhelped: int


class Sum(Struct):
    """Answers, split by what became of the question."""

    answers: int = 0
    unclear: int = 0
    unanswered: int = 0
    emergencies: int = 0
    helped: int = 0
    unhelped: int = 0

    def add(self, count: Count) -> None:
        """Counts one more row."""
        self.answers += count.answers
        self.unclear += count.answers * is_unclear(count)
        self.unanswered += count.answers * is_unanswered(count)
        self.emergencies += count.answers * count.emergency
        self.helped += count.helped
        self.unhelped += count.unhelped

    @property
    def understood(self) -> int:
        """Questions whose topic was found, whether or not there was an answer to it."""
        return self.answers - self.unclear

    @property
    def rated(self) -> int:
        """Answers that somebody rated."""
        return self.helped + self.unhelped


def is_unclear(count: Count) -> bool:
    """Not understood."""
    return count.topic == "unclear"


def is_unanswered(count: Count) -> bool:
    """Understood, and nothing reliable is held."""
    return count.scope == "unknown" and not is_unclear(count) and count.topic != "out_of_scope"


def read(database: Database, first: dt.date, last: dt.date, force: str = "", channel: str = "") -> list[Count]:
    """The counts of these days. `force` and `channel` narrow them. Raises `sqlalchemy.exc.SQLAlchemyError`."""
    query = sa.select(daily_counts).where(daily_counts.c.day.between(first.isoformat(), last.isoformat()),
                                          daily_counts.c.topic.not_in(NOT_ASKED))
    if force:
        query = query.where(daily_counts.c.force == force)
    if channel:
        query = query.where(daily_counts.c.channel == channel)
    with database.transaction() as connection:
        return [Count(dt.date.fromisoformat(row.day), *row[1:]) for row in connection.execute(query)]


def total(counts: Iterable[Count]) -> Sum:
    """All of them."""
    found = Sum()
    for count in counts:
        found.add(count)
    return found


def by(counts: Iterable[Count], key: Callable[[Count], str]) -> list[tuple[str, Sum]]:
    """Sums by a key, most answers first."""
    found: defaultdict[str, Sum] = defaultdict(Sum)
    for count in counts:
        found[key(count)].add(count)
    return sorted(found.items(), key=lambda pair: (-pair[1].answers, pair[0]))


def by_day(counts: Iterable[Count], first: dt.date, last: dt.date) -> list[tuple[dt.date, Sum]]:
    """Every day from `first` to `last`, those without questions too; weeks (by their Monday) for a longer time."""
    step = 7 if (last - first).days + 1 > MOST_BARS else 1
    begin = first - dt.timedelta(days=first.weekday()) if step == 7 else first
    found = {begin + dt.timedelta(days=number): Sum() for number in range(0, (last - begin).days + 1, step)}
    for count in counts:
        found[begin + dt.timedelta(days=(count.day - begin).days // step * step)].add(count)
    return list(found.items())


def without_answer(counts: Iterable[Count], most: int) -> list[tuple[str, str, int]]:
    """(topic, force or '', how often) of what was asked and isn't held, most asked first."""
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for count in counts:
        if is_unanswered(count):
            found[count.topic, count.force] += count.answers
    return sorted(((*key, number) for key, number in found.items()), key=lambda row: (-row[2], row))[:most]
