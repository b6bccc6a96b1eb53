"""How people ask the particular questions within a topic, as examples: data/points/."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, NamedTuple, Tuple

from knowledge import yaml_lines

FOLDER = Path(__file__).resolve().parents[2] / "data" / "points"
# The kinds of phrases of a point: understood by themselves, and typed after an answer about the topic.
ASKED, THEN = "asked", "then"
# What a message or example carries: 'recruitment_vetting/appeal'.
POINT = "point"


class Phrase(NamedTuple):
    """One way to ask `point` of `topic`; `leans`: after an answer about the topic, and hardly understood without."""

    topic: str
    point: str
    text: str
    leans: bool

    @property
    def name(self) -> str:
        """The point with its topic."""
        return named(self.topic, self.point)


def named(topic: str, point: str) -> str:
    """A point with its topic, as Rasa names what stands below an intent."""
    return f"{topic}/{point}"


def parted(name: str) -> Tuple[str, str]:
    """Topic and point of `named`; the point of a topic as a whole is ''."""
    topic, _, point = name.partition("/")
    return topic, point


def written(folder: Path = FOLDER) -> Iterator[Phrase]:
    """Those of the folder's files. Raises `ValueError` for anything but lists of texts, `FileNotFoundError` without the folder."""
    if not folder.is_dir():  # a model would be trained without them, and nobody told
        raise FileNotFoundError(f"{folder}: there is no such folder, so the model would know no phrases of points.")
    for file in sorted(folder.glob("*.yml")):
        for topic, points in (yaml_lines.read(file)[0] or {}).items():
            for point, phrases in points.items():
                for kind, texts in phrases.items():
                    if kind not in (ASKED, THEN) or not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                        raise ValueError(f"{file}: below {topic}, {point} needs '{ASKED}' and '{THEN}' with lists of texts ('- how long'); "
                                         "put quotes around a number or a yes.")
                    yield from (Phrase(topic, point, text, kind == THEN) for text in texts)
