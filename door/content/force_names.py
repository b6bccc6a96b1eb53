"""The forces by name, for lists to choose from."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_NAME = re.compile(r"^name:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


def read(folder: Path) -> dict[str, str]:
    """Force id → name of a draft's files, by name. Reads only the name's line of each file: a file with a mistake is listed too."""
    files = (folder / "data" / "knowledge" / "forces").glob("*.yml")
    return dict(sorted(((path.stem, _name(str(path), path.stat().st_mtime_ns)) for path in files), key=lambda pair: pair[1]))


@lru_cache(maxsize=200)
def _name(path: str, changed: int) -> str:
    # `changed` is there for the cache: an edited file is read anew.
    with open(path, encoding="utf-8", errors="replace") as file:
        return name_in(file.read(4_000)) or path.rsplit("/", 1)[-1].removesuffix(".yml")


def name_in(text: str) -> str | None:
    """The name that a force's file gives near its beginning."""
    found = _NAME.search(text)
    return found[1] if found else None
