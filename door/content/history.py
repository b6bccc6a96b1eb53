"""Old versions of one answer or fact, from the commits of its file."""

from __future__ import annotations

import difflib
import re
import textwrap
from functools import lru_cache
from typing import Any, Literal

from msgspec import Struct

from door.content.answers import KEPT
from door.content.repository import Repository, Version
from door.content.yaml_text import Path, YamlText
from knowledge import yaml_lines

_WORD = re.compile(r"\S+|\n+")


Pieces = list[tuple[Literal["same", "gone", "new"], str]]


class Old(Struct, frozen=True):
    """The entry as one commit left it, and the version `before` that; None where it wasn't there."""

    version: Version
    entry: dict[str, Any] | None
    before: dict[str, Any] | None = None


class Difference(Struct, frozen=True):
    """What one version has otherwise than another: the words, and its other fields."""

    then: dict[str, Any]
    now: dict[str, Any]
    pieces: Pieces
    others: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether staff would see the same."""
        return not self.others and all(kind == "same" for kind, _ in self.pieces)


def versions(repository: Repository, file: str, path: Path) -> list[Old]:
    """Versions in which the entry differs from the one before, newest first. Raises `repository.GitTrouble`.

    What the topic is like (`answers.KEPT`) is none of staff's work: a commit that changes only that left the answer as it was.
    """
    commits = repository.versions(file)
    found: list[Old] = []
    before: Any = None
    texts = repository.texts(file, [version.commit for version in commits])
    for version, text in reversed(list(zip(commits, texts, strict=True))):
        entry = _entry(text, path) if text is not None else None
        if _staffs(entry) != _staffs(before):
            found.append(Old(version, entry, before))
            before = entry
    return found[::-1]


def sources_at(repository: Repository, file: str, commit: str) -> dict[str, Any]:
    """The sources of a file as they were at a commit: an old version may name one that has gone since."""
    text = repository.texts(file, [commit])[0]
    try:
        return dict(YamlText(text).data.get("sources") or {}) if text else {}
    except yaml_lines.BrokenYaml:
        return {}


def difference(then: dict[str, Any] | None, now: dict[str, Any] | None) -> Difference:
    """What `now` has otherwise."""
    old, new = _staffs(then) or {}, _staffs(now) or {}
    others = sorted(key for key in {*old, *new} - {"text"} if old.get(key) != new.get(key))
    return Difference(old, new, compare(old.get("text", ""), new.get("text", "")), others)


def compare(old: str, new: str) -> Pieces:
    """Both texts as one, word by word: what stayed, what went, what came."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: Pieces = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(after[new_start:new_end])))
            continue
        if start < end:
            pieces.append(("gone", " ".join(before[start:end])))
        if new_start < new_end:
            pieces.append(("new", " ".join(after[new_start:new_end])))
    return pieces


def _staffs(entry: dict[str, Any] | None) -> dict[str, Any] | None:
    """The entry without what staff can't change."""
    return None if entry is None else {key: value for key, value in entry.items() if key not in KEPT}


def _entry(text: str, path: Path) -> dict[str, Any] | None:
    """The entry at ('facts', topic) and the like. Its own lines are enough where the file is written as usual: parsing all takes long."""
    lines = re.search(_written_as_usual(path), text + "\n", re.M)
    try:
        if lines:
            return _small(textwrap.dedent(lines[1])).get(path[-1])
        if not re.search(rf"\b{re.escape(path[-1])}\b", text):
            return None
        found: Any = YamlText(text).data
        for key in path:
            found = (found or {}).get(key)
        return found
    except (yaml_lines.BrokenYaml, AttributeError):
        return None


def _written_as_usual(path: Path) -> str:
    """A pattern for the lines of an entry, two blanks further in than what it is in; the group is the entry itself."""
    found = rf"^{path[0]}:[^\n]*\n"
    for depth, key in enumerate(path[1:], start=1):
        indent = "  " * depth
        found += rf"(?:(?:(?:{indent}| *#)[^\n]*)?\n)*?"
        found += rf"{indent}{re.escape(key)}:\n" if depth < len(path) - 1 else rf"({indent}{re.escape(key)}:\n(?:(?:{indent}  [^\n]*)?\n)*)"
    return found


@lru_cache(maxsize=1_000)
def _small(text: str) -> dict[str, Any]:
    return YamlText(text).data
