"""Reads data/safety: YAML that staff edit, checked at start so that a mistake is found then."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Type, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "safety"
DOMAIN = ROOT / "domain.yml"

Shape = TypeVar("Shape")


class SafetyDataError(Exception):
    """A file of the safety layer can't be used; the message names file, place and what is wrong."""


def read(path: Path) -> Any:
    """The plain data of one YAML file; raises `SafetyDataError` with the line."""
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SafetyDataError(f"{path}:{line}: this is not valid YAML ({error.problem}). Look for a "
                              "missing quotation mark, colon or indent here or just above") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SafetyDataError(f"{path}:1: the file can't be read ({error})") from error


def load(name: str, shape: Type[Shape], folder: Path = FOLDER) -> Shape:
    """`<folder>/<name>` as `shape`; raises `SafetyDataError` with the place that doesn't fit."""
    path = folder / name
    try:
        return msgspec.convert(read(path), shape)
    except msgspec.ValidationError as error:
        raise SafetyDataError(f"{path}:1: {error}. The comments at the top of the file say what each key takes") \
            from error
