"""Reads the cases beside it: sentences as data, so that anybody can add one."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Tuple

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
CASE_FILES = ("cases.yml", "cases_second.yml", "cases_third.yml", "cases_idioms.yml")


def cases() -> Iterator[Tuple[str, List[str], str]]:
    """(group, levels that are right, sentence) of every case."""
    for file in CASE_FILES:
        for block in YAML(typ="safe").load((HERE / file).read_text(encoding="utf-8")):
            levels = block["level"] if isinstance(block["level"], list) else [block["level"]]
            for group, sentences in block.items():
                if group != "level":
                    for sentence in sentences:
                        yield f"{file}:{group}", levels, str(sentence)


def language_cases() -> Iterator[Tuple[str, str, str]]:
    """(language, level, sentence)."""
    for tag, levels in YAML(typ="safe").load((HERE / "languages.yml").read_text(encoding="utf-8")).items():
        for level, sentences in levels.items():
            for sentence in sentences:
                yield tag, level, str(sentence)


def known_misses() -> List[str]:
    """Sentences that are known to come out wrong; a test fails when one comes right."""
    return [str(item) for item in YAML(typ="safe").load((HERE / "known_misses.yml").read_text(encoding="utf-8")) or []]
