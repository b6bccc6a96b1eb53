"""Copies the project, so that a draft can be trained and asked while people go on editing it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Optional

from door.releases import packing
from tools.stack import ROOT

CODE = ("actions", "bot", "database", "door", "knowledge", "safety", "tools", "turnstile")
# Beside `data` what a draft consists of, and what training it needs besides.
SETTINGS = ("config.yml", "credentials.yml", "endpoints.yml", "domain.yml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "*.pyc")


def copy_project(place: Path, content: Path, packed_knowledge: Optional[Path] = None) -> Path:
    """Puts the code and the files of `content` (a whole draft, or a part of one) into `place` and returns it.

    With `packed_knowledge` (a release's knowledge.tar) its facts take the place of the draft's.
    Every module finds its files by its own place, so what runs there sees nothing of the original.
    """
    _copy_code(place)
    for part in sorted(path.name for path in (ROOT / "data").iterdir() if path.is_dir()):
        source = content / "data" / part if (content / "data" / part).is_dir() else ROOT / "data" / part
        shutil.copytree(source, place / "data" / part, ignore=LEFT_OUT)
    for name in SETTINGS:
        shutil.copy2(content / name if (content / name).is_file() else ROOT / name, place / name)
    if packed_knowledge:
        for part in packing.PACKED:
            shutil.rmtree(place / part)
        packing.unpack(packed_knowledge.read_bytes(), place)
    return place


def link_project(place: Path, content: Path) -> Path:
    """The code in `place`, with the files of `content` as they are and as they will be: edits show there at once."""
    _copy_code(place)
    (place / "data").mkdir()
    for part in sorted(path.name for path in (ROOT / "data").iterdir() if path.is_dir()):
        (place / "data" / part).symlink_to(content / "data" / part if (content / "data" / part).is_dir() else ROOT / "data" / part)
    for name in SETTINGS:
        (place / name).symlink_to(content / name if (content / name).is_file() else ROOT / name)
    return place


def _copy_code(place: Path) -> None:
    for name in CODE:
        shutil.copytree(ROOT / name, place / name, ignore=LEFT_OUT)
    (place / ".venv").symlink_to((ROOT / ".venv").resolve())
