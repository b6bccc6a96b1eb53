"""Which force polices a place: the names, how people write them, and what is ambiguous."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable

from msgspec import Struct
from msgspec.structs import replace

from knowledge import yaml_lines
from knowledge.loading import FOLDER
from knowledge.normalising import normalise
from knowledge.postcodes import load_postcodes
from knowledge.schema import Knowledge, convert

MORE_FILES = ("more_places.yml", "geonames_places.yml")


class PlaceNotes(Struct, forbid_unknown_fields=True, frozen=True):
    """`data/knowledge/places.yml`: what the forces' own files can't say about names.

    `ordinary_words` are names that are also words ('Reading', 'Battle'): they count as
    places only where the sentence shows it. `ignored` never count. `other_names` adds
    spellings and nicknames to forces.
    """

    ordinary_words: list[str]
    ignored: list[str]
    other_names: dict[str, list[str]]


class MorePlaces(Struct, forbid_unknown_fields=True, frozen=True):
    """One force's entry in `data/knowledge/more_places.yml` or `geonames_places.yml`."""

    places: list[str] = []
    nicknames: list[str] = []
    ambiguous: list[str] = []


class PlaceFiles(Struct, frozen=True):
    """The files beside the forces' own; `more` are those of the same form, the one that counts most first."""

    notes: PlaceNotes
    more: tuple[dict[str, MorePlaces], ...]
    postcodes: dict[str, tuple[str, ...]]


class Name(Struct, frozen=True):
    """One name as people write it.

    `forces` holds the force that is the natural reading first; `certain` is false where
    the place could as well be in another of them. `label` is the proper spelling,
    `spelling` the normalised one. `everywhere`: it names the railways or their police, so that it says of no place.
    """

    spelling: str
    label: str
    forces: tuple[str, ...]
    certain: bool
    is_force: bool
    needs_evidence: bool = False
    everywhere: bool = False


def load_place_files(folder: Path = FOLDER) -> PlaceFiles:
    """Reads places.yml, more_places.yml, geonames_places.yml and postcodes.yml.

    Raises `yaml_lines.BrokenYaml`, `msgspec.ValidationError` or `ValueError`.
    """
    notes, _ = yaml_lines.read(folder / "places.yml")
    more = (yaml_lines.read(folder / name)[0] for name in MORE_FILES)
    return PlaceFiles(convert(notes, PlaceNotes), tuple(convert(entries, dict[str, MorePlaces]) for entries in more),
                      load_postcodes(folder))


def names(knowledge: Knowledge, files: PlaceFiles) -> dict[str, Name]:
    """All names by their normalised spelling; forces that have no file are passed over (see `misspelt_forces`)."""
    notes = files.notes
    plain: dict[str, list[tuple[str, str]]] = {}
    doubtful: dict[str, list[tuple[str, str]]] = {}
    aliases: dict[str, tuple[str, str]] = {}
    for force in knowledge.forces.values():
        more = [entries[force.id] for entries in files.more if force.id in entries]
        for alias in (*force.aliases, force.name, force.area, force.id.replace("_", " "), *notes.other_names.get(force.id, ()),
                      *(name for entry in more for name in entry.nicknames)):
            aliases.setdefault(normalise(alias), (force.name, force.id))
        for place in (*force.places, *(name for entry in more for name in entry.places), *_covered(force.covers)):
            # 'Newcastle (County Down)' says itself that the bare name means another place too.
            for spelling in _spellings(place):
                (doubtful if "(" in place else plain).setdefault(spelling, []).append((place, force.id))
        for place in (*force.ambiguous_places, *(name for entry in more for name in entry.ambiguous)):
            for spelling in _spellings(place):
                doubtful.setdefault(spelling, []).append((place, force.id))

    ordinary = {normalise(word) for word in notes.ordinary_words}
    ignored = {normalise(word) for word in notes.ignored}
    # 'ch4' is also a television channel, 'ne1' is 'anyone': a district counts where the sentence shows a place.
    known = ((district, tuple(force for force in forces if force in knowledge.forces)) for district, forces in files.postcodes.items())
    result = {district: Name(spelling=district, label=district.upper(), forces=forces, certain=len(forces) == 1, is_force=False,
                             needs_evidence=True)
              for district, forces in known if forces}
    # In an order that is the same each time: training writes it down, and of two names as near to a slip the first is taken.
    for spelling in sorted({*plain, *doubtful, *aliases} - ignored - {""}):
        needs_evidence = spelling in ordinary
        if spelling in plain or spelling in doubtful:
            first, others = plain.get(spelling, []), doubtful.get(spelling, [])
            # Who asks about PCSOs asks where there are some: Sheffield's Hillsborough before County Down's.
            others = sorted(others, key=lambda item: bool(knowledge.forces[item[1]].without_pcsos))
            forces = tuple(dict.fromkeys(force for _, force in first + others))
            alias = aliases.get(spelling)
            is_force = alias is not None and alias[1] == forces[0]
            result[spelling] = Name(
                spelling=spelling, label=(first + others)[0][0], forces=forces, is_force=is_force,
                certain=len({force for _, force in first}) == 1 or len(forces) == 1, needs_evidence=needs_evidence)
        else:
            label, force_id = aliases[spelling]
            result[spelling] = Name(spelling=spelling, label=label, forces=(force_id,), certain=True, is_force=True,
                                    needs_evidence=needs_evidence)
    of_both = {force.id for force in knowledge.forces.values() if force.nation == "both"}
    return {spelling: name if of_both.isdisjoint(name.forces) else replace(name, everywhere=True) for spelling, name in result.items()}


def misspelt_forces(knowledge: Knowledge, files: PlaceFiles) -> list[str]:
    """Forces in the place files that have no file in data/knowledge/forces/, each behind the name of its file: 'postcodes.yml: kentt'."""
    named = {"places.yml": files.notes.other_names, **dict(zip(MORE_FILES, files.more, strict=True)),
             "postcodes.yml": {force for forces in files.postcodes.values() for force in forces}}
    return [f"{file}: {force}" for file, forces in named.items() for force in sorted(set(forces) - set(knowledge.forces))]


def _covered(covers: Iterable[str]) -> Iterable[str]:
    """'Derbyshire (Bolsover, High Peak)' → each of the three."""
    for item in covers:
        yield from (part.strip() for part in re.split(r"[(),]", item) if len(part.strip()) > 3)


def _spellings(place: str) -> Iterable[str]:
    base = normalise(re.sub(r"\s*\(.*\)", "", place))
    yield base
    words = base.split()
    swaps = {"saint": "st", "st": "saint", "and": "n", "upon": "on"}
    for index, word in enumerate(words):
        if word in swaps:
            yield " ".join(words[:index] + [swaps[word]] + words[index + 1:])
