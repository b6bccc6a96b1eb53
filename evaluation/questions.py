"""Reads data/evaluation: every question with what its answer must be.

Four shapes share the folder, told apart by their keys: single questions (`text`), two
questions in one message (`topics`), conversations (`turns`) and claims of the role
documents (`claim`). All become lists of `Question`, one list for each conversation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Literal, Optional, Union

import msgspec
from msgspec import Struct

from knowledge import yaml_lines

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "evaluation"
DOMAIN = ROOT / "domain.yml"
POINTS = ROOT / "data" / "points"
FORCES = ROOT / "data" / "knowledge" / "forces"

# The point of a question about its topic as a whole, or about something that no point answers.
WHOLE = "none"

Kind = Literal["single", "two", "conversation", "document"]


class QuestionsError(Exception):
    """Questions can't be used; the message has a line for each problem: file, line, what to do."""


class Question(Struct, frozen=True):
    """One message to send and what is right.

    `key` names it from run to run. `topics`: any of them is right; `both`: each must be
    answered, in this order. `follow_up` is true for every turn after a conversation's first. `points`: the particular
    question within the topic that is asked, any of them is right, or `WHOLE`; none where that isn't said.
    """

    key: str
    file: str
    line: int
    kind: Kind
    text: str
    topics: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()
    emergency: Literal["yes", "no", "maybe"] = "no"
    extra: Optional[str] = None
    lang: Optional[str] = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    follow_up: bool = False
    points: tuple[str, ...] = ()


class _Single(Struct, forbid_unknown_fields=True):
    text: str
    tags: list[str] = []
    topic: Union[str, list[str], None] = None
    force: Optional[str] = None
    forces: list[str] = []
    emergency: Union[bool, Literal["maybe"]] = False
    extra: Optional[str] = None
    lang: Optional[str] = None
    point: Union[str, list[str], None] = None


class _Two(Struct, forbid_unknown_fields=True):
    text: str
    topics: list[str]
    tags: list[str] = []
    force: Optional[str] = None
    forces: list[str] = []


class _Turn(Struct, forbid_unknown_fields=True):
    text: str
    topic: Union[str, list[str], None] = None
    emergency: Union[bool, Literal["maybe"], None] = None
    force: Optional[str] = None
    forces: list[str] = []
    point: Union[str, list[str], None] = None


class _Conversation(Struct, forbid_unknown_fields=True):
    turns: list[_Turn]
    tags: list[str] = []


class _Claim(Struct, forbid_unknown_fields=True):
    claim: str
    document: str
    topic: Union[str, list[str]]
    force: str
    keywords: list[str]
    questions: list[str]


def load(only: Iterable[str] = (), folder: Path = FOLDER) -> list[list[Question]]:
    """Conversations of one or more questions, in the order of the files.

    `only` names files ('role', 'role.yml' or a path); without it all are read. Raises
    `QuestionsError` with every problem found.
    """
    reader = _Reader(known_topics(), known_forces(), known_points())
    conversations = [item for path in _paths(only, folder) for item in reader.read(path)]
    if reader.problems:
        raise QuestionsError("\n".join(reader.problems))
    return conversations


def known_topics() -> frozenset[str]:
    """The topics of domain.yml."""
    return frozenset(yaml_lines.read(DOMAIN)[0]["intents"])


def known_points() -> frozenset[tuple[str, str]]:
    """(topic, point) of everything that data/points holds."""
    files = [yaml_lines.read(path)[0] for path in sorted(POINTS.glob("*.yml"))]
    return frozenset((topic, point) for file in files for topic, points in file.items() for point in points)


def known_forces() -> frozenset[str]:
    """The ids of the forces, and of the nations without PCSOs."""
    return frozenset(path.stem for path in FORCES.glob("*.yml"))


def _paths(only: Iterable[str], folder: Path) -> list[Path]:
    everything = {path.stem: path for path in sorted(folder.glob("*.yml"))}
    names = [Path(name).stem for name in only]
    unknown = [name for name in names if name not in everything]
    if unknown:
        raise QuestionsError(f"No questions called {', '.join(unknown)} in {folder}. There are: {', '.join(everything)}.")
    return [everything[name] for name in names] or list(everything.values())


class _Reader:
    """Reads files one after another and gathers what is wrong with them."""

    def __init__(self, topics: frozenset[str], forces: frozenset[str], points: frozenset[tuple[str, str]]):
        self.problems: list[str] = []
        self._topics = topics
        self._forces = forces
        self._points = points

    def read(self, path: Path) -> list[list[Question]]:
        try:
            entries, lines = yaml_lines.read(path)
        except yaml_lines.BrokenYaml as error:
            self._problem(path, error.line, error.message)
            return []
        if not isinstance(entries, list):
            self._problem(path, 1, "this must be a list of questions, each starting with '- '")
            return []
        seen: dict[str, int] = {}
        conversations = []
        for index, entry in enumerate(entries):
            for conversation in self._entry(path, lines[(index,)], entry):
                for question in conversation:
                    first = seen.setdefault(question.key, question.line)
                    if first != question.line:
                        self._problem(path, question.line, f"the same question stands on line {first}. Delete one")
                conversations.append(conversation)
        return conversations

    def _problem(self, path: Path, line: int, message: str) -> None:
        self.problems.append(f"{path}:{line}: {message}.")

    def _entry(self, path: Path, line: int, entry: Any) -> list[list[Question]]:
        keys = entry if isinstance(entry, dict) else {}
        shape, build = next((found for key, found in _SHAPES.items() if key in keys), (_Single, _single))
        try:
            conversations = build(path.name, line, msgspec.convert(entry, shape))
        except msgspec.ValidationError as error:
            self._problem(path, line, f"{error}. Compare it with its neighbours, or see docs/evaluation.md")
            return []
        for question in (question for conversation in conversations for question in conversation):
            for topic in {*question.topics, *question.both} - self._topics:
                self._problem(path, line, f"there is no topic '{topic}'. The topics are the intents of domain.yml")
            for point in question.points:
                if point != WHOLE and not any((topic, point) in self._points for topic in question.topics):
                    self._problem(path, line, f"there is no point '{point}' of that topic. The points are in data/points")
            for force in set(question.forces) - self._forces:
                self._problem(path, line, f"there is no force '{force}'. The forces are the files of data/knowledge/forces")
        return conversations


def _single(file: str, line: int, entry: _Single) -> list[list[Question]]:
    return [[Question(
        key=f"{file}: {entry.text}", file=file, line=line, kind="single", text=entry.text, topics=_any(entry.topic),
        forces=_forces(entry), emergency=_LEVELS.get(entry.emergency, "maybe"), extra=entry.extra, lang=entry.lang, tags=tuple(entry.tags),
        points=_any(entry.point))]]


def _two(file: str, line: int, entry: _Two) -> list[list[Question]]:
    return [[Question(key=f"{file}: {entry.text}", file=file, line=line, kind="two", text=entry.text,
                      both=tuple(entry.topics), forces=_forces(entry), tags=tuple(entry.tags))]]


def _conversation(file: str, line: int, entry: _Conversation) -> list[list[Question]]:
    questions, said = [], []
    for turn in entry.turns:
        # A turn means what it means after those before it: its name holds them all.
        said.append(turn.text)
        topics = ("emergency",) if turn.emergency is True else _any(turn.topic)
        said_so = topics == ("emergency",) if turn.emergency is None else turn.emergency
        questions.append(Question(
            key=f"{file}: {' | '.join(said)}", file=file, line=line, kind="conversation", text=turn.text, topics=topics,
            forces=_forces(turn), emergency=_LEVELS.get(said_so, "maybe"), tags=tuple(entry.tags), follow_up=len(said) > 1,
            points=_any(turn.point)))
    return [questions]


def _claim(file: str, line: int, entry: _Claim) -> list[list[Question]]:
    return [[Question(key=f"{file}: {text}", file=file, line=line, kind="document", text=text, topics=_any(entry.topic),
                      forces=(entry.force,), keywords=tuple(entry.keywords), tags=(entry.document,))]
            for text in entry.questions]


_LEVELS: dict[Any, Literal["yes", "no"]] = {True: "yes", False: "no"}


def _any(topic: Union[str, list[str], None]) -> tuple[str, ...]:
    return () if topic is None else (topic,) if isinstance(topic, str) else tuple(topic)


def _forces(entry: Union[_Single, _Two, _Turn]) -> tuple[str, ...]:
    return (entry.force,) if entry.force else tuple(entry.forces)


_SHAPES = {"turns": (_Conversation, _conversation), "topics": (_Two, _two), "claim": (_Claim, _claim)}
