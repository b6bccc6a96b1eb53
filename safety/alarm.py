"""The two values that the safety layer hands out: an alarm and a help."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Level = Literal["emergency", "perhaps", "none"]
About = Literal["now", "past", "if", "general"]

RANK: dict[str, int] = {"none": 0, "perhaps": 1, "emergency": 2}


class Alarm(Struct, frozen=True):
    """What one message says about danger.

    `kinds` names what is happening ('weapon', 'fire', …), most serious match first.
    `language` is the BCP 47 tag of what matched. `about` says when or how it is told:
    'now', 'past', 'if' (what would happen if …) or 'general' (a question about the role, a job,
    a film).
    `also` names kinds by who writes and who does it ('child', 'domestic'), for the help only: no danger
    by themselves (data/safety/who.yml).
    `settled`: nothing else that is known of the message changes the level.
    `why` names the patterns and frames that spoke, in the words of data/safety, for staff.
    """

    level: Level = "none"
    kinds: tuple[str, ...] = ()
    language: str = "en"
    about: About = "general"
    why: tuple[str, ...] = ()
    settled: bool = False
    also: tuple[str, ...] = ()


class Help(Struct, frozen=True):
    """One short paragraph that helps beside 999, and where it can be read."""

    key: str
    text: str
    sources: list[dict[str, Any]]
    checked: str | None
