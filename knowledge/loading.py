"""Reads and checks `data/knowledge/`; a running assistant keeps its last good version."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Iterable, NamedTuple

import msgspec

from knowledge import campaigns, yaml_lines
from knowledge.normalising import normalise
from knowledge.schema import AFTER, Campaign, Fact, Force, Knowledge, NationalAnswer, NationalFile, Point, PointsFile, Source, convert
from knowledge.topics import named

FOLDER = Path(__file__).resolve().parent.parent / "data" / "knowledge"
NATIONAL = "national.yml"
POINTS = "points"
FORCES = "forces"
NOTES = "notes.yml"


class Problem(NamedTuple):
    """One thing wrong in one file, in words for whoever edits it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class KnowledgeError(Exception):
    """The knowledge can't be used as it is; `problems` lists everything that is wrong."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(folder: Path = FOLDER, today: dt.date | None = None) -> Knowledge:
    """Reads every file below `folder`.

    Raises `KnowledgeError` with all problems at once, so that they can be mended in one go.
    """
    loader = _Loader(folder, today or dt.date.today())
    knowledge = loader.run()
    if loader.problems:
        raise KnowledgeError(sorted(loader.problems))
    return knowledge


def files(folder: Path) -> list[Path]:
    """What `load` reads of `folder`, whether it is there or not; `LiveKnowledge` looks at the same for changes."""
    return [folder / NATIONAL, *_below(folder, POINTS), *_below(folder, FORCES), folder / NOTES]


def _below(folder: Path, name: str) -> list[Path]:
    return sorted((folder / name).glob("*.yml"))


class _Loader:
    def __init__(self, folder: Path, today: dt.date):
        self.folder = folder
        self.today = today
        self.problems: list[Problem] = []

    def run(self) -> Knowledge:
        national = self._read(self.folder / NATIONAL, NationalFile)
        sources, answers = {}, {}
        if national:
            file, lines = national.file, national.lines
            sources = {f"national.{key}": source for key, source in national.data.sources.items()}
            for topic, answer in national.data.answers.items():
                self._check_dated(file, lines, ("answers", topic), topic, answer, answer.goes_stale)
                self._check_sources(file, lines, ("answers", topic), answer, national.data.sources)
                self._check_has_source(file, lines, ("answers", topic), f"the answer to '{topic}'", answer)
                answers[topic] = msgspec.structs.replace(
                    answer, sources=[f"national.{key}" for key in answer.sources])
            self._check_unique_questions(file, lines, answers)
            for index, topic in enumerate(national.data.most_asked):
                if topic not in answers:
                    self._add(file, lines, ("most_asked", index), f"there is no answer '{topic}'. Name topics that stand under 'answers'")
        points = self._points(national.data) if national else {}
        forces: dict[str, Force] = {}
        for path in _below(self.folder, FORCES):
            read = self._read(path, Force)
            if not read:
                continue
            force: Force = read.data
            self._check_force(read, force, path.stem, answers if national else None, points)
            sources.update({f"{force.id}.{key}": source for key, source in force.sources.items()})
            forces[force.id] = _with_full_source_keys(force)
        notes = self._read(self.folder / NOTES, dict[str, str]) if (self.folder / NOTES).exists() else None
        return Knowledge(sources=sources, answers=answers, forces=forces, points=points, notes=notes.data if notes else {},
                         most_asked=tuple(national.data.most_asked) if national else ())

    def _points(self, national: NationalFile) -> dict[str, dict[str, Point]]:
        found: dict[str, dict[str, Point]] = {}
        asked = {normalise(answer.question): topic for topic, answer in national.answers.items()}
        for path in _below(self.folder, POINTS):
            read = self._read(path, PointsFile)
            for topic, points in read.data.points.items() if read else ():
                if topic not in national.answers:
                    self._add(read.file, read.lines, ("points", topic),
                              f"there is no topic '{topic}'. The topics are the keys of national.yml's 'answers'")
                goes_stale = topic in national.answers and national.answers[topic].goes_stale
                for name, point in points.items():
                    where = ("points", topic, name)
                    self._check_dated(read.file, read.lines, where, topic, point, goes_stale)
                    self._check_sources(read.file, read.lines, where, point, national.sources, NATIONAL)
                    self._check_has_source(read.file, read.lines, where, f"'{name}'", point)
                    if name.startswith(AFTER) and name.removeprefix(AFTER) not in national.answers:
                        self._add(read.file, read.lines, where, f"'{name}' names no topic behind '{AFTER}'. Correct it")
                    button = normalise(point.question or "")
                    if button and button in asked:
                        self._add(read.file, read.lines, where, f"the button of '{asked[button]}' asks '{point.question}' already. Put the "
                                                                "question of one of the two in other words")
                    asked[button] = named(topic, name)
                    if name in found.setdefault(topic, {}):
                        self._add(read.file, read.lines, where,
                                  f"'{topic}' has a point '{name}' in another file already. Rename or delete one")
                    found[topic][name] = msgspec.structs.replace(point, sources=[f"national.{key}" for key in point.sources])
        return found

    def _read(self, path: Path, shape: type) -> _Read | None:
        file = self._name(path)
        try:
            data, lines = yaml_lines.read(path)
        except FileNotFoundError:
            self.problems.append(Problem(file, 1, "this file is missing. Bring it back from version control"))
            return None
        except OSError as error:
            self.problems.append(Problem(file, 1, f"this file can't be read ({error.strerror}). See what it is, and who may read it"))
            return None
        except UnicodeDecodeError:
            self.problems.append(Problem(file, 1, "this file isn't UTF-8 text. Save it as UTF-8"))
            return None
        except yaml_lines.BrokenYaml as error:
            self.problems.append(Problem(file, error.line, error.message))
            return None
        try:
            return _Read(file, convert(data, shape), lines)
        except msgspec.ValidationError as error:
            for where, problem in _each_mistake(data, Fact if shape is Force else Point) or [((), error)]:
                message, path_in_file = _explain(str(problem))
                self._add(file, lines, where + path_in_file, message)
            return None

    def _check_force(self, read: _Read, force: Force, stem: str, answers: dict[str, NationalAnswer] | None,
                     points: dict[str, dict[str, Point]]) -> None:
        """`answers` is None where national.yml can't be read, so that nothing is known of topics."""
        if force.id != stem:
            self._add(read.file, read.lines, ("id",), f"the id '{force.id}' differs from the file's name. Call the file '{force.id}.yml'")
        for topic, fact in force.facts.items():
            where = ("facts", topic)
            if answers is not None and topic not in answers:
                self._add(read.file, read.lines, where, f"there is no topic '{topic}'. The topics are the keys of national.yml's 'answers'")
            self._check_fact(read, where, topic, fact, answers or {})
        for topic, name in ((topic, name) for topic, held in force.points.items() for name in held):
            where = ("points", topic, name)
            if answers is not None and name not in points.get(topic, {}):
                self._add(read.file, read.lines, where,
                          f"there is no particular question '{named(topic, name)}'. They stand in data/knowledge/{POINTS}/")
            self._check_fact(read, where, topic, force.points[topic][name], answers or {})
        if force.without_pcsos:
            self._check_sources(read.file, read.lines, ("without_pcsos",), force.without_pcsos, force.sources)
        for place, message in campaigns.mistakes(force, self.today):
            self._add(read.file, read.lines, ("campaigns", *place), message)

    def _check_fact(self, read: _Read, where: tuple, topic: str, fact: Fact, answers: dict[str, NationalAnswer]) -> None:
        self._check_dated(read.file, read.lines, where, topic, fact, topic in answers and answers[topic].goes_stale)
        self._check_sources(read.file, read.lines, where, fact, read.data.sources)

    def _check_dated(self, file: str, lines: dict, where: tuple, topic: str, fact: Fact | NationalAnswer | Point,
                     goes_stale: bool) -> None:
        if fact.checked is None and fact.sources:
            self._add(file, lines, where, "a fact with a source needs the day it was 'checked'")
        if fact.checked and fact.checked > self.today:
            self._add(file, lines, where + ("checked",),
                      f"'checked' is in the future ({fact.checked}). Give the day somebody read the source")
        if goes_stale and fact.review_by is None:
            self._add(file, lines, where,
                      f"facts on '{topic}' go stale: add 'review_by' with the day to look again")

    def _check_sources(self, file: str, lines: dict, where: tuple, fact: Any, known: Iterable[str], holder: str = "this file") -> None:
        for index, key in enumerate(fact.sources):
            if key not in known:
                self._add(file, lines, where + ("sources", index),
                          f"the source '{key}' isn't under 'sources:' in {holder}. Add it there or correct the name")

    def _check_has_source(self, file: str, lines: dict, where: tuple, named: str, answer: NationalAnswer | Point) -> None:
        if not answer.sources and not answer.unknown:
            self._add(file, lines, where,
                      f"{named} has no source. Name one under 'sources', or say 'unknown: true' if nothing reliable is held")

    def _check_unique_questions(self, file: str, lines: dict, answers: dict[str, NationalAnswer]) -> None:
        seen: dict[str, str] = {}
        for topic, answer in answers.items():
            first = seen.setdefault(normalise(answer.question), topic)
            if first != topic:
                self._add(file, lines, ("answers", topic, "question"),
                          f"'{topic}' and '{first}' have the same question. A button would be ambiguous: reword one")

    def _add(self, file: str, lines: dict, where: tuple, message: str) -> None:
        while where not in lines:
            where = where[:-1]
        self.problems.append(Problem(file, lines[where], message))

    def _name(self, path: Path) -> str:
        root = self.folder.parent.parent
        return str(path.relative_to(root) if path.is_relative_to(root) else path)


class _Read(NamedTuple):
    file: str
    data: Any
    lines: dict


def _with_full_source_keys(force: Force) -> Force:
    def full(fact: Fact) -> Fact:
        return msgspec.structs.replace(fact, sources=[f"{force.id}.{key}" for key in fact.sources])

    return msgspec.structs.replace(
        force,
        facts={topic: full(fact) for topic, fact in force.facts.items()},
        points={topic: {name: full(fact) for name, fact in held.items()} for topic, held in force.points.items()},
        without_pcsos=full(force.without_pcsos) if force.without_pcsos else None,
    )


def _each_mistake(data: Any, of_points: type[Fact] | type[Point]) -> list[tuple[tuple, msgspec.ValidationError]]:
    """Mistakes within single facts, answers and sources: msgspec stops at the first and hides its key.

    `of_points`: what stands under `points`, in the files of forces or of points."""
    found = []
    for section, shape in (("sources", Source), ("facts", Fact), ("answers", NationalAnswer)):
        entries = data.get(section) if isinstance(data, dict) else None
        for key, value in entries.items() if isinstance(entries, dict) else ():
            try:
                convert(value, shape)
            except msgspec.ValidationError as error:
                found.append(((section, key), error))
    points = data.get("points") if isinstance(data, dict) else None
    for topic, entries in points.items() if isinstance(points, dict) else ():
        for name, value in entries.items() if isinstance(entries, dict) else ():
            try:
                convert(value, of_points)
            except msgspec.ValidationError as error:
                found.append((("points", topic, name), error))
    rounds = data.get("campaigns") if isinstance(data, dict) else None
    for index, value in enumerate(rounds if isinstance(rounds, list) else ()):
        try:
            convert(value, Campaign)
        except msgspec.ValidationError as error:
            found.append((("campaigns", index), error))
    return found


def _explain(error: str) -> tuple[str, tuple]:
    """Turns msgspec's message into one for a clerk, and its path into keys."""
    message, _, raw_path = error.partition(" - at `")
    path: list[Any] = []
    for key, index in re.findall(r"\.([A-Za-z0-9_]+)|\[(\d+|\.\.\.)\]", raw_path):
        if index == "...":
            break
        path.append(int(index) if index else key)
    advice = {
        "Object contains unknown field": "this word is not one that belongs here. Check its spelling",
        "Object missing required field": "something that must be given is missing",
        "Expected `str` of length >=": "this text is too short",
        "Expected `str` of length <=": "this text is too long",
        r"Expected `str` matching regex '\\?$'": "a question ends with a question mark",
        "Expected `str` matching regex": "this is not written in the form that is needed",
        "Expected `array` of length >= 1": "at least one is needed: a fact without a source can't be shown",
        "Invalid RFC3339": "this is not a date. Write it as 2026-11-21",
    }
    for start, words in advice.items():
        if message.startswith(start):
            return f"{words} ({message})", tuple(path)
    return f"this doesn't have the right form ({message})", tuple(path)
