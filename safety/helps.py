"""What helps beside 999, chosen by what is happening: data/safety/help.yml."""

from __future__ import annotations

from typing import Iterable, Optional

from msgspec import Struct

from safety import data
from safety.alarm import Help

# 999 must stay the chief thing on a small screen.
MOST_HELPS = 3


class HelpEntry(Struct, forbid_unknown_fields=True):
    """One help; the comments of help.yml say what the keys mean."""

    text: str
    kinds: list[str]
    sources: list[str]
    checked: str
    order: int = 50
    forces: list[str] = []
    not_forces: list[str] = []


class HelpSource(Struct, forbid_unknown_fields=True, omit_defaults=True):
    title: str
    publisher: str
    url: Optional[str] = None
    date: Optional[str] = None


class HelpFile(Struct, forbid_unknown_fields=True):
    sources: dict[str, HelpSource]
    helps: dict[str, HelpEntry]


_FILE = data.load("help.yml", HelpFile)


def help_for(kinds: Iterable[str], force: Optional[str] = None) -> list[Help]:
    """Helps that fit, the most important first, three at most.

    `kinds` as an `Alarm` has them; `force` is a force id or None: some helps hold only there
    (Live Fear Free in Wales). Unknown kinds and forces give what holds everywhere.
    """
    wanted = list(kinds)
    found = []
    for key, entry in _FILE.helps.items():
        if entry.forces and force not in entry.forces:
            continue
        if force in entry.not_forces:
            continue
        ranks = [wanted.index(kind) for kind in entry.kinds if kind in wanted]
        if ranks or "any" in entry.kinds:
            found.append((entry.order, min(ranks, default=99), key))
    return [_HELPS[key] for _, _, key in sorted(found)[:MOST_HELPS]]


def _help(key: str) -> Help:
    entry = _FILE.helps[key]
    sources = []
    for name in entry.sources:
        if name not in _FILE.sources:
            raise data.SafetyDataError(f"data/safety/help.yml: '{key}' names the source '{name}', which isn't listed")
        source = _FILE.sources[name]
        sources.append({field: value for field in ("title", "publisher", "url", "date")
                        if (value := getattr(source, field)) is not None})
    return Help(key=key, text=entry.text, sources=sources, checked=entry.checked)


# Made at once: a source that isn't listed is told at import.
_HELPS = {key: _help(key) for key in _FILE.helps}
