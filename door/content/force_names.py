"""The forces by name, for lists to choose from."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.paths import FORCES

_LINE = re.compile(r"^(name|nation):\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


class Head(NamedTuple):
    """What a force's file gives near its beginning; without a name the force's id, `nation` None where it isn't given."""

    name: str
    nation: str | None


def read(folder: Path) -> dict[str, str]:
    """Force id → name of a draft's files, by name."""
    return dict(sorted(((force, head.name) for force, head in heads(folder).items()), key=lambda pair: pair[1]))


def heads(folder: Path) -> dict[str, Head]:
    """Force id → head of a draft's files. Reads single lines of each file: one with a mistake is listed too."""
    files = (folder / FORCES).glob("*.yml")
    return {path.stem: _head(path, path.stat().st_mtime_ns) for path in files}


@lru_cache(maxsize=200)
def _head(path: Path, changed: int) -> Head:
    # `changed` is there for the cache: an edited file is read anew.
    with path.open(encoding="utf-8", errors="replace") as file:
        return head_in(file.read(4_000), path.stem)


def head_in(text: str, force: str) -> Head:
    """The head of the file of `force`, an id."""
    found: dict[str, str] = {}
    for key, value in _LINE.findall(text):
        found.setdefault(key, value)
    return Head(found.get("name", force), found.get("nation"))
