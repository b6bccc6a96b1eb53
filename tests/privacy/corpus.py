"""The planted and the clean messages, and how a planted item is looked for afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
_ITEM = re.compile(r"\{([a-z]+):([^{}]+)\}")
_SIGNS = re.compile(r"[\W_]+")
# Long enough that a row of figures in a file (a time, a probability) doesn't hold them by chance.
_LONG_FIGURES = 10
_LONG_WORDS = 7
_LONG_MIXED = 6


@dataclass(frozen=True)
class Item:
    """One planted thing: what it is, and as it was written."""

    kind: str
    text: str

    def traces(self) -> list[str]:
        """What gives the item away in lower-case text: the whole of it, and each word of a name."""
        words = [self.text.lower()]
        if self.kind == "name":
            words += [word for word in re.split(r"[\s'-]+", self.text.lower()) if len(word) > 3 and word not in ("miss", "desmond")]
        return words

    def bare(self) -> str:
        """Letters and figures alone, so that other signs between them hide nothing; '' where that proves nothing."""
        bare = _SIGNS.sub("", self.text.lower())
        fewest = _LONG_FIGURES if bare.isdigit() else _LONG_WORDS if bare.isalpha() else _LONG_MIXED
        return bare if len(bare) >= fewest else ""


@dataclass(frozen=True)
class Planted:
    """A message as a person sends it, and what of it must not be kept."""

    text: str
    items: tuple[Item, ...]


def planted() -> list[Planted]:
    """The messages of `planted.txt`."""
    return [Planted(_ITEM.sub(r"\2", line), tuple(Item(*found) for found in _ITEM.findall(line))) for line in _lines("planted.txt")]


def clean() -> list[str]:
    """The messages of `clean.txt`."""
    return _lines("clean.txt")


def found_in(kept: str, items: list[Item]) -> list[Item]:
    """Those of `items` of which something stands in `kept`."""
    low = kept.lower()
    bare = _SIGNS.sub("", low)
    return [item for item in items
            if (item.bare() and item.bare() in bare) or any(_stands_in(trace, low) for trace in item.traces())]


def _stands_in(word: str, low: str) -> bool:
    """Whether the word stands there as a word; looked for as plain text first, which is fast in a hundred megabytes."""
    return word in low and bool(re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", low))


def _lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
