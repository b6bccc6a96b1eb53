"""Copies the project, so that a draft can be trained and asked while people go on editing it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import List, Optional

from knowledge import paths
from processes.stack import ROOT
from releases import packing

CODE = ("actions", "bot", "database", "evaluation", "knowledge", "processes", "releases", "safety", "turnstile")
# Beside `data` what a draft consists of, and what training it needs besides.
SETTINGS = ("config.yml", "credentials.yml", "endpoints.yml", "domain.yml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "*.pyc")


def copy_project(place: Path, content: Path, packed_knowledge: Optional[Path] = None) -> Path:
    """Puts the code and the files of `content` (a whole draft, or a part of one) into `place` and returns it.

    With `packed_knowledge` (a release's knowledge.tar) its facts take the place of the draft's.
    Every module finds its files by its own place, so what runs there sees nothing of the original.
    """
    _copy_code(place)
    for source in _data(content):
        shutil.copytree(source, place / "data" / source.name, ignore=LEFT_OUT)
    for name in SETTINGS:
        shutil.copy2(content / name if (content / name).is_file() else ROOT / name, place / name)
    if packed_knowledge:
        shutil.rmtree(place / paths.FOLDER)
        packing.unpack(packed_knowledge.read_bytes(), place)
    return place


def link_project(place: Path, content: Path) -> Path:
    """The code in `place`, with the files of `content` as they are and as they will be: edits show there at once."""
    _copy_code(place)
    (place / "data").mkdir()
    for source in _data(content):
        (place / "data" / source.name).symlink_to(source)
    for name in SETTINGS:
        (place / name).symlink_to(content / name if (content / name).is_file() else ROOT / name)
    return place


def _data(content: Path) -> List[Path]:
    """The folders of `data`: those of the draft, and the project's own where the draft has none of that name."""
    found = {path.name: path for data in (ROOT / "data", content / "data") if data.is_dir() for path in data.iterdir() if path.is_dir()}
    return [found[name] for name in sorted(found)]


def _copy_code(place: Path) -> None:
    for name in CODE:
        shutil.copytree(ROOT / name, place / name, ignore=LEFT_OUT)
    (place / ".venv").symlink_to((ROOT / ".venv").resolve())
