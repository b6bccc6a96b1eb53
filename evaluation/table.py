"""What `make evaluate` prints: figures beside their targets, files, tags, misses, changes."""

from __future__ import annotations

from typing import Iterable, Mapping, Optional

from evaluation.figures import Figure, Line
from evaluation.judging import Judged
from evaluation.questions import Question
from evaluation.runs import Comparison

LABEL_WIDTH = 62
ASPECTS = ("topic", "both", "force", "alarm", "lang", "extra", "keywords", "point")


def percent(share: float) -> str:
    """'93.1%': one place behind the point, two where the targets are in tenths of a percent."""
    return f"{share * 100:.2f}%" if 0 < share < 0.01 else f"{share * 100:.1f}%"


def target(figure: Figure) -> str:
    """'at least 93.0%'."""
    return "" if figure.target is None else f"at {'most' if figure.at_most else 'least'} {percent(figure.target)}"


def headline_table(figures: Iterable[Figure], points: Mapping[str, float]) -> str:
    """One line a figure: right/total, share, target, ok or not, and by how many points it moved."""
    rows = [f"{'':{LABEL_WIDTH}} {'right/total':>12} {'share':>7}  target"]
    for figure in figures:
        if figure.total:
            row = f"{figure.label:{LABEL_WIDTH}} {f'{figure.right}/{figure.total}':>12} {percent(figure.share):>7}"
            rows.append(f"{row}  {target(figure):17} {figure.verdict:6} {change(figure, points)}".rstrip())
    return "\n".join(rows)


def change(figure: Figure, points: Mapping[str, float]) -> str:
    """'+1.2 points' since the earlier run; '' where it stood still."""
    return f"{points[figure.id]:+g} points" if figure.id in points else ""


def line_table(title: str, lines: Iterable[Line], limit: Optional[int] = None) -> str:
    """One line a file or tag: right in everything, then each aspect as right/total."""
    lines = list(lines)
    used = [aspect for aspect in ASPECTS if any(aspect in line.aspects for line in lines)]
    rows = [f"{title:28} {'all right':>11} {'share':>7}" + "".join(f" {aspect:>10}" for aspect in used)]
    for line in lines[:limit]:
        cells = ["{}/{}".format(*line.aspects[aspect]) if aspect in line.aspects else "" for aspect in used]
        rows.append((f"{line.name:28} {f'{line.right}/{line.total}':>11} {percent(line.right / line.total):>7}"
                     + "".join(f" {cell:>10}" for cell in cells)).rstrip())
    if limit is not None and len(lines) > limit:
        rows.append(f"… and {len(lines) - limit} rarer ones in the report")
    return "\n".join(rows)


def expected(question: Question) -> str:
    """What was wanted, in a few words."""
    if question.emergency == "maybe":
        return "perhaps an emergency"
    parts = ["EMERGENCY"] if question.emergency == "yes" else []
    if not question.lang:
        parts += [" then ".join(question.both)] if question.both else []
        parts += [" or ".join(topic for topic in question.topics if topic != "emergency")] if question.topics else []
    parts += [" and ".join(question.forces)] if question.forces else []
    parts += [f"extra {question.extra}"] if question.extra else []
    parts += [f"in {question.lang}"] if question.lang else []
    return ", ".join(part for part in parts if part) or "no alarm"


def got(item: Judged) -> str:
    """What came, in a few words."""
    if item.got.error:
        return f"no answer: {item.got.error}"
    parts = ["EMERGENCY"] if item.got.emergency else []
    parts += [" then ".join(topic or "(no topic)" for topic in item.got.topics)]
    parts += [" and ".join(dict.fromkeys(force for force in item.got.forces if force))]
    parts += [f"in {item.got.lang}"] if item.got.lang != "en" else []
    return ", ".join(part for part in parts if part)


def wrong_aspects(item: Judged) -> str:
    """'topic, force'."""
    return ", ".join(aspect for aspect, right in item.aspects.items() if not right)


def most_serious_first(judged: Iterable[Judged]) -> list[Judged]:
    """The misses: emergencies missed, then false alarms, then the rest in their order."""
    def weight(item: Judged) -> int:
        if item.aspects.get("alarm", True):
            return 2
        return 0 if item.question.emergency == "yes" else 1
    return sorted((item for item in judged if not item.right), key=weight)


def miss_list(judged: Iterable[Judged], limit: int) -> str:
    """Text, what was wrong, what was expected and what came, three lines a miss."""
    misses = most_serious_first(judged)
    rows = [f"Misses: {len(misses)}"]
    for item in misses[:limit]:
        rows += [f"- {item.question.text}", f"    {item.question.file}:{item.question.line}  wrong: {wrong_aspects(item)}",
                 f"    expected {expected(item.question)}  |  got {got(item)}"]
    if len(misses) > limit:
        rows.append(f"… and {len(misses) - limit} more in the report (or --misses {len(misses)})")
    return "\n".join(rows)


def comparison_summary(comparison: Comparison) -> str:
    """One sentence on what changed since the earlier run."""
    return (f"Since {comparison.earlier.at}: {len(comparison.better)} better, {len(comparison.worse)} worse, "
            f"{comparison.still_wrong} still wrong, {comparison.added} new questions, {comparison.gone} gone.")


def comparison_list(comparison: Comparison, limit: int) -> str:
    """The summary and what got worse, each with what came then and now."""
    rows = [comparison_summary(comparison)]
    for old, new in comparison.worse[:limit]:
        rows += [f"- worse: {new.question.text}", f"    then {got(old)}  |  now {got(new)}"]
    if len(comparison.worse) > limit:
        rows.append(f"… and {len(comparison.worse) - limit} more in the report")
    return "\n".join(rows)


def leak_warning(leaked: list[str]) -> str:
    """What questions that are training examples too mean, and what to do."""
    return (f"{len(leaked)} of the questions are training examples too, so that a right answer proves little. "
            "Take the example out of data/nlu, never the question out of data/evaluation.")
