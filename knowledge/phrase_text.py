"""The phrases of data/points, by file and line: how people ask the particular questions within topics."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from knowledge import yaml_lines
from knowledge.topics import named

# The kinds of phrases: understood by themselves, and typed after an answer about the topic.
ASKED, THEN = "asked", "then"


class Phrase(Struct, frozen=True):
    """One way to ask `point` of `topic`; `kind` is `ASKED` or `THEN`. Lines count from 1."""

    topic: str
    point: str
    kind: str
    text: str
    line: int

    @property
    def name(self) -> str:
        """The point with its topic."""
        return named(self.topic, self.point)

    @property
    def leans(self) -> bool:
        """Whether it is hardly understood but after an answer about the topic."""
        return self.kind == THEN


class Odd(Struct, frozen=True):
    """Something that isn't written as phrases are: training stops at it. The message says what to do."""

    line: int
    message: str


class PhraseText(Struct, frozen=True):
    """What a file says. `points` are (topic, point) → line, also of those without a phrase; `topics` are topic → line."""

    topics: dict[str, int]
    points: dict[tuple[str, str], int]
    phrases: tuple[Phrase, ...]
    odd: tuple[Odd, ...]


@lru_cache(maxsize=64)
def read(text: str) -> PhraseText:
    """Reads a file of data/points. Raises `knowledge.yaml_lines.BrokenYaml`."""
    data, lines = yaml_lines.parse(text)
    topics: dict[str, int] = {}
    points: dict[tuple[str, str], int] = {}
    phrases: list[Phrase] = []
    odd: list[Odd] = []
    for topic, below in _pairs(data, odd, 1, "this file needs topics"):
        topics[topic] = lines[topic,]
        for point, kinds in _pairs(below, odd, lines[topic,], f"below '{topic}' there need to be points"):
            points[topic, point] = line = lines[topic, point]
            for kind, texts in _pairs(kinds, odd, line, f"below '{point}' there need to be '{ASKED}' and '{THEN}'"):
                where = (topic, point, kind)
                if kind not in (ASKED, THEN) or not isinstance(texts, list):
                    odd.append(Odd(lines[where], f"below '{point}' there need to be '{ASKED}' and '{THEN}', each with a list of texts "
                                                 f"('- how long'), not '{kind}'. Write them so, or delete this line"))
                    continue
                for index, said in enumerate(texts):
                    line = lines[(*where, index)]
                    if isinstance(said, str):
                        phrases.append(Phrase(topic, point, kind, said, line))
                    else:
                        odd.append(Odd(line, f"'{said}' below '{point}' isn't read as a text. Put quotation marks around it"))
    return PhraseText(topics, points, tuple(phrases), tuple(odd))


def read_folder(folder: Path) -> Iterator[tuple[Path, PhraseText]]:
    """Each of the folder's files, and what it says."""
    for file in sorted(folder.glob("*.yml")):
        yield file, read(file.read_text(encoding="utf-8"))


def _pairs(data: Any, odd: list[Odd], line: int, needs: str) -> Iterator[tuple[str, Any]]:
    """What a mapping holds; what is none is odd, except a file or an entry without a word."""
    if isinstance(data, dict):
        yield from data.items()
    elif data is not None:
        odd.append(Odd(line, f"{needs}, each with a colon behind it. Write them so, or delete this line"))
