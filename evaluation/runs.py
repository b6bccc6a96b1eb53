"""Keeps what each run found, finds the last one, and says what changed since."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Optional

import msgspec
from msgspec import Struct

from evaluation import figures
from evaluation.figures import Figure
from evaluation.judging import Judged
from evaluation.questions import ROOT

FOLDER = ROOT / "results" / "evaluation"


class RunError(Exception):
    """A kept run can't be read; the message names the file and says what to do."""


class Run(Struct):
    """One run as it is kept.

    `files`: which files of questions were asked; `leaked`: 'file:line: text' of each question
    that is a training example too.
    """

    at: str
    files: list[str]
    figures: list[Figure]
    judged: list[Judged]
    latencies: dict[str, float] = {}
    leaked: list[str] = []
    path: Optional[str] = None


class Comparison(Struct, frozen=True):
    """Question by question: (then, now) of those asked in both runs, and how many only one had.

    `points`: how far each figure moved on the questions of both runs, in percentage points;
    figures that stood still are left out. `moved`: of each figure how many of its questions came and went.
    """

    earlier: Run
    better: list[tuple[Judged, Judged]]
    worse: list[tuple[Judged, Judged]]
    still_wrong: int
    added: int
    gone: int
    points: dict[str, float] = {}
    moved: dict[str, tuple[int, int]] = {}


def save(run: Run, folder: Path = FOLDER) -> Path:
    """Writes `<folder>/<time>.json` and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.at.replace(':', '').replace('-', '')}.json"
    path.write_bytes(msgspec.json.encode(run))
    return path


def read(path: Path) -> Run:
    """Reads what `save` wrote. Raises `RunError`."""
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.MsgspecError) as error:
        raise RunError(f"{path} holds no run that can be compared ({error}). Give another file, or leave out --against.") \
            from error
    run.path = str(path)
    return run


def last(files: list[str], folder: Path = FOLDER) -> Optional[Run]:
    """The newest run that asked at least the same files; None where there is none."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        try:
            run = read(path)
        except RunError:
            continue  # written by another version of this tool
        if set(files) <= set(run.files):
            return run
    return None


def compare(earlier: Run, judged: list[Judged]) -> Comparison:
    """What got better, what got worse, for the questions whose files both runs asked."""
    asked = {item.question.file for item in judged}
    then = {item.question.key: item for item in earlier.judged if item.question.file in asked}
    now = {item.question.key: item for item in judged if item.question.file in set(earlier.files)}
    both = [(then[key], item) for key, item in now.items() if key in then]
    return Comparison(
        earlier=earlier,
        better=[(old, new) for old, new in both if new.right and not old.right],
        worse=[(old, new) for old, new in both if old.right and not new.right],
        still_wrong=sum(1 for old, new in both if not old.right and not new.right),
        added=len(now.keys() - then.keys()), gone=len(then.keys() - now.keys()),
        points=_points([old for old, _ in both], [new for _, new in both]), moved=_moved(both))


def _points(then: list[Judged], now: list[Judged]) -> dict[str, float]:
    """Counted on the same questions, so that adding hard ones doesn't look like getting worse."""
    moved = {old.id: round((new.share - old.share) * 100, 2)
             for count in (figures.headlines, figures.information)
             for old, new in zip(count(then), count(now), strict=True) if old.total and new.total}
    return {name: points for name, points in moved.items() if points}


def _moved(both: list[tuple[Judged, Judged]]) -> dict[str, tuple[int, int]]:
    """Figure → how many questions count for it only now, and how many counted only then."""
    found: dict[str, tuple[int, int]] = {}
    for old, new in both:
        if old.aspects == new.aspects:
            continue
        for then, now in zip(figures.headlines([old]), figures.headlines([new]), strict=True):
            if then.total and now.total and then.right != now.right:
                came, went = found.get(then.id, (0, 0))
                found[then.id] = came + (now.right > then.right), went + (now.right < then.right)
    return found


def now() -> str:
    """This moment in UTC, to the second, for the name of a run."""
    return dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
