"""The forces' names, for lists to choose from."""

from __future__ import annotations

import re
from functools import lru_cache

from door.settings import PROJECT

FOLDER = PROJECT / "data" / "knowledge" / "forces"
_NAME = re.compile(r"^name:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


def names() -> dict[str, str]:
    """Force id → name, by name. Reads only the name's line of each file: a file with a mistake is listed too."""
    return dict(sorted(((path.stem, _name(str(path), path.stat().st_mtime_ns)) for path in FOLDER.glob("*.yml")),
                       key=lambda pair: pair[1]))


@lru_cache(maxsize=200)
def _name(path: str, changed: int) -> str:
    # `changed` is there for the cache: an edited file is read anew.
    with open(path, encoding="utf-8") as file:
        found = _NAME.search(file.read(4_000))
    return found[1] if found else path.rsplit("/", 1)[-1].removesuffix(".yml")
