"""Postcode districts ('LE3') as names of places: which force, or which forces it may be."""

from __future__ import annotations

import re
from pathlib import Path
from string import ascii_lowercase
from typing import Iterator

from msgspec import Struct

from knowledge import yaml_lines
from knowledge.loading import FOLDER
from knowledge.schema import convert

# Inner London adds a letter: SW1A, EC4M.
_WITH_LETTERS = frozenset({"e1", "n1", "nw1", "se1", "sw1", "w1", "wc1", "wc2", "ec1", "ec2", "ec3", "ec4"})
_HIGHEST = 99
_CODE = re.compile(r"[A-Z]{1,2}\d{1,2}[A-Z]?", re.IGNORECASE)
_RANGE = re.compile(r"([A-Z]{1,2})(\d{1,2})(?:-\1(\d{1,2}))?")


class Postcodes(Struct, forbid_unknown_fields=True, frozen=True):
    """`data/knowledge/postcodes.yml`: forces by area ('LE'), and by district or range of districts where they differ."""

    areas: dict[str, list[str]]
    districts: dict[str, list[str]]


def load_postcodes(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """Forces, the likeliest first, of every postcode district in lower case: 'le3', 'sw1a'.

    Raises `yaml_lines.BrokenYaml`, `msgspec.ValidationError`, and `ValueError` for a district that is none.
    """
    found = convert(yaml_lines.read(folder / "postcodes.yml")[0], Postcodes)
    forces = {f"{area.lower()}{number}": tuple(names) for area, names in found.areas.items() for number in range(_HIGHEST + 1)}
    for written, names in found.districts.items():
        forces.update((district, tuple(names)) for district in _districts(written))
    return forces | {f"{district}{letter}": forces[district]
                     for district in sorted(_WITH_LETTERS & forces.keys()) for letter in ascii_lowercase}


def is_postcode(name: str) -> bool:
    """Whether `name` is a postcode district rather than a place: 'DE11', 'SW1A'."""
    return bool(_CODE.fullmatch(name.strip()))


def _districts(written: str) -> Iterator[str]:
    match = _RANGE.fullmatch(written)
    if not match:
        raise ValueError(f"data/knowledge/postcodes.yml: '{written}' is neither a district ('LE3') nor a range ('TW15-TW20')")
    area, first, last = match.groups()
    return (f"{area.lower()}{number}" for number in range(int(first), int(last or first) + 1))
