"""Counts what was judged: the headline figures with their targets, and the rest for information."""

from __future__ import annotations

from typing import Callable, Iterable, Optional

from msgspec import Struct

from evaluation.judging import Judged
from evaluation.questions import WHOLE

ABOUT_EMERGENCIES = "about_emergencies"
# Conversations written to sound like danger where there is none: they would tell little about ordinary ones, and have figures of their own.
SOUNDS_ALARMING = "sounds_alarming"
# What is typed after 999 was said: danger may go on there, so that a needless 999 costs less than elsewhere.
AFTER_ALARM = "after_alarm"


class Figure(Struct, frozen=True):
    """`right` of `total`, and what it should be. With `at_most` the fewer the better."""

    id: str
    label: str
    right: int
    total: int
    target: Optional[float] = None
    at_most: bool = False

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was asked."""
        return self.right / self.total if self.total else 0.0

    def meets(self, limit: float) -> bool:
        """Whether the share keeps to `limit`, on the side that counts."""
        return self.share <= limit if self.at_most else self.share >= limit

    @property
    def verdict(self) -> str:
        """'ok', 'below' or 'above'; '' without a target or without a question."""
        if self.target is None or not self.total:
            return ""
        return "ok" if self.meets(self.target) else "above" if self.at_most else "below"


class Line(Struct, frozen=True):
    """One file or tag: questions right in everything, and right aspect by aspect (right, total)."""

    name: str
    right: int
    total: int
    aspects: dict[str, tuple[int, int]]


def headlines(judged: list[Judged]) -> list[Figure]:
    """The figures that the project promises (README; docs/evaluation.md)."""
    return [
        _aspect("topic", "Right topic", filter(_asks_topic, judged), "topic", 0.93),
        _aspect("force", "Right force, where one is meant", filter(_names_force, judged), "force", 0.97),
        _aspect("two_questions", "Two questions in one message, both answered in order", judged, "both", 0.90),
        _whole("follow_ups", "Follow-ups: right topic and force", filter(_is_follow_up, judged), 0.93),
        _aspect("out_of_scope", "Out of scope recognised",
                (item for item in judged if item.question.topics == ("out_of_scope",)), "topic", 0.90),
        _aspect("points", "Particular questions within a topic recognised", filter(_asks_point, judged), "point"),
        _aspect("points_in_talk", "Particular questions in the middle of a talk recognised",
                (item for item in judged if item.question.points and item.question.follow_up), "point"),
        _aspect("points_whole", "Questions on a whole topic taken for none of its points",
                (item for item in judged if item.question.points == (WHOLE,) and not item.question.follow_up), "point"),
        _aspect("recall", "Emergencies recognised, 999 in the first words", filter(_is_emergency, judged), "alarm", 0.99),
        _false_alarms("alarms_about", "False alarms on questions about emergencies", filter(_is_about, judged), 0.02),
        _false_alarms("alarms_ordinary", "False alarms on ordinary messages", filter(_is_ordinary, judged), 0.002),
        _aspect("recall_languages", "Emergencies in another language (counted above, too)",
                (item for item in judged if _is_emergency(item) and item.question.lang), "alarm"),
        _false_alarms("alarms_languages", "False alarms on ordinary messages in another language (too)",
                      (item for item in judged if _is_ordinary(item) and item.question.lang)),
        _false_alarms("alarms_alike", "False alarms on statements that only sound like danger", filter(_sounds_alarming, judged)),
        _aspect("after_alarm", "After an alarm: what is meant", filter(_after_alarm, judged), "topic"),
        _false_alarms("alarms_after", "After an alarm: 999 said again where the danger is over or something else is talked of",
                      (item for item in judged if item.question.emergency == "no" and _after_alarm(item))),
        _whole("documents", "Role documents: topic, force and key words",
               (item for item in judged if item.question.kind == "document"), 1.0),
    ]


def information(judged: list[Judged]) -> list[Figure]:
    """Figures without a target, which explain the others."""
    maybe = [item for item in judged if item.question.emergency == "maybe"]
    single = [item for item in judged if item.question.kind == "single" and item.question.emergency == "no"]
    return [
        _aspect("extra", "Emergencies with the right extra help", judged, "extra"),
        _aspect("emergency_language", "Emergencies in another language answered in it", filter(_is_emergency, judged), "lang"),
        _aspect("ordinary_language", "Other messages in another language answered in it", filter(_is_ordinary, judged), "lang"),
        _count("if_now_ordinary", "Ordinary messages answered with 'if this is happening now'",
               filter(_is_ordinary, judged), lambda item: item.got.if_now),
        _count("if_now_about", "Questions about emergencies answered so", filter(_is_about, judged), lambda item: item.got.if_now),
        _count("if_now_alike", "Statements that only sound like danger answered so", filter(_sounds_alarming, judged),
               lambda item: item.got.if_now),
        _whole("follow_ups_alike", "Right topic and force after such statements",
               (item for item in judged if item.question.follow_up and _sounds_alarming(item))),
        _count("maybe_if_now", "Perhaps emergencies answered so", maybe, lambda item: item.got.if_now and not item.got.emergency),
        _count("maybe_alarm", "Perhaps emergencies that raised the alarm", maybe, lambda item: item.got.emergency),
        _count("split", "Single questions answered more than once", single, lambda item: len(item.got.topics) > 1),
        _count("unmeant_force", "Answers for a force where none was meant",
               (item for item in single if not item.question.forces and not item.question.lang),
               lambda item: any(item.got.forces)),
        _count("likeliest_three", "Right topic among the three likeliest",
               (item for item in judged if _asks_topic(item) and item.understood),
               lambda item: any(topic in item.question.topics for topic, _ in item.understood.ranking[:3])),
        _count("no_answer", "Messages without an answer", judged, lambda item: item.got.error is not None),
    ]


def by_file(judged: list[Judged]) -> list[Line]:
    """One line a file, in the order asked. Perhaps emergencies have no right and wrong and are left out."""
    return _lines(judged, lambda item: [item.question.file])


def by_tag(judged: list[Judged]) -> list[Line]:
    """One line a tag, the most used first."""
    return sorted(_lines(judged, lambda item: item.question.tags), key=lambda line: (-line.total, line.name))


def latencies(judged: list[Judged]) -> dict[str, float]:
    """Median and 95th percentile of a whole round trip in milliseconds; {} when nothing was answered."""
    times = sorted(item.seconds * 1000 for item in judged if item.got.error is None)
    return {f"p{percent}": percentile(times, percent) for percent in (50, 95)} if times else {}


def percentile(ordered: list[float], percent: int) -> float:
    """The smallest value that `percent` of the values don't exceed (nearest rank)."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def _asks_topic(item: Judged) -> bool:
    # The role documents' questions have a figure of their own: here they would flatter. So have those on points: each was written
    # for one answer, where another topic's may do as well, and here they would blacken.
    return item.question.kind == "single" and "topic" in item.aspects and not item.question.points


def _asks_point(item: Judged) -> bool:
    return bool(item.question.points) and item.question.points != (WHOLE,) and not item.question.follow_up


def _names_force(item: Judged) -> bool:
    return item.question.kind in ("single", "two")


def _is_emergency(item: Judged) -> bool:
    return item.question.emergency == "yes"


def _is_about(item: Judged) -> bool:
    return item.question.emergency == "no" and ABOUT_EMERGENCIES in item.question.tags


def _sounds_alarming(item: Judged) -> bool:
    return item.question.emergency == "no" and SOUNDS_ALARMING in item.question.tags


def _is_ordinary(item: Judged) -> bool:
    return item.question.emergency == "no" and not {ABOUT_EMERGENCIES, SOUNDS_ALARMING, AFTER_ALARM} & set(item.question.tags)


def _is_follow_up(item: Judged) -> bool:
    # Those on points have a figure of their own here, too.
    return item.question.follow_up and not item.question.points and not _sounds_alarming(item) and not _after_alarm(item)


def _after_alarm(item: Judged) -> bool:
    return item.question.follow_up and AFTER_ALARM in item.question.tags


def _aspect(name: str, label: str, items: Iterable[Judged], aspect: str, target: Optional[float] = None) -> Figure:
    counted = [item.aspects[aspect] for item in items if aspect in item.aspects]
    return Figure(name, label, sum(counted), len(counted), target)


def _whole(name: str, label: str, items: Iterable[Judged], target: Optional[float] = None) -> Figure:
    counted = [item.right for item in items]
    return Figure(name, label, sum(counted), len(counted), target)


def _false_alarms(name: str, label: str, items: Iterable[Judged], target: Optional[float] = None) -> Figure:
    # What went unanswered is no false alarm: it has a figure of its own.
    counted = [item.got.emergency for item in items]
    return Figure(name, label, sum(counted), len(counted), target, at_most=True)


def _count(name: str, label: str, items: Iterable[Judged], fits: Callable[[Judged], bool]) -> Figure:
    counted = [fits(item) for item in items]
    return Figure(name, label, sum(counted), len(counted))


def _lines(judged: list[Judged], names: Callable[[Judged], Iterable[str]]) -> list[Line]:
    groups: dict[str, list[Judged]] = {}
    for item in judged:
        for name in names(item):
            if item.aspects:
                groups.setdefault(name, []).append(item)
    return [Line(name, sum(item.right for item in items), len(items), _aspects(items)) for name, items in groups.items()]


def _aspects(items: list[Judged]) -> dict[str, tuple[int, int]]:
    counted: dict[str, tuple[int, int]] = {}
    for item in items:
        for aspect, right in item.aspects.items():
            rights, total = counted.get(aspect, (0, 0))
            counted[aspect] = (rights + right, total + 1)
    return counted
