"""What one message asks, read from the tracker: the only place that knows Rasa's dicts."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct
from rasa_sdk import Tracker

from knowledge.places import normalise

# Words that carry no question of their own: what is left of 'and in Dorset then?' is nothing.
_FILLER = frozenset(
    "a an and in on at for from of to the about what whats wot how hows same is it its there then now also ok okay so but or no "
    "not nope sorry pls please thanks oh i im me my mine meant mean actually wait hang said say one ones over across round near "
    "nr police force area constabulary does that this ones too as well with you do if are they we u r n hmm um er right yes yeah "
    "sure county town city centre center try instead rather else dont live question again wrong".split())
# Words that turn the last question another way without asking a new one: 'why', 'is that the law'; 'even kids?', 'at night too'.
_BARE = frozenset("why come ever never always really true law legal seriously honestly actual reason".split())
_WHO_OR_WHEN = frozenset(
    "even kid kids kiddies child children minor minors teen teens teenager teenagers girl girls boy boys lad lads woman women man men "
    "adult adults everyone everybody anyone anybody people students pensioners night nights nighttime day daytime morning evening evenings "
    "weekend weekends saturday saturdays sunday sundays christmas holidays".split())
_NATIONS = {"wales": "wales", "welsh": "wales", "cymru": "wales", "england": "england", "english": "england"}
_STATEMENT = re.compile(r"\b(live|lives|living|based|moved|moving|from|my (?:force|area|police|postcode|town)|i ?a?m in|were in|we are in|near me|local)\b")
_ASKS = re.compile(r"\b(?:what|whats|who|whos|how|can|could|do|does|is|are|when|where|why|which|will|would|should|any|tell|want|need|wot)\b")
_CONTINUES = re.compile(r"^\W*(?:and|what about|how about|also|same for|but what|ok and|or)\b")
_GOES_ON = re.compile(r"^\W*(?:and|what about|how about|also|same|but|so|n|or|if|ok|then|what if)\b")
_LONGEST_FOLLOW_UP = 6
_CORRECTION = re.compile(r"^\W*(?:no\b|nope|not\b|sorry|wait|actually|i meant|i mean|wrong)|\bmeant\b|\bnot \w+")


class Place(Struct, frozen=True):
    """A force or place named in the message; `forces` likeliest first, `written` as it was typed."""

    label: str
    forces: tuple[str, ...]
    certain: bool
    written: str = ""


class Asked(Struct, frozen=True):
    """One question of the message, with the places named in it."""

    topic: str
    confidence: float
    places: tuple[Place, ...] = ()


class Turn(Struct, frozen=True):
    """One message as understood, and the thread so far."""

    text: str
    intent: str
    asked: tuple[Asked, ...]
    places: tuple[Place, ...]
    ranking: tuple[tuple[str, float], ...]
    alarm_level: str
    language: str
    force: str | None
    topic: str | None
    pending: dict[str, Any]

    @property
    def only_names_a_place(self) -> bool:
        """'and in Dorset?', 'the met', 'no, I meant Devon': a place and nothing asked."""
        if not self.places:
            return False
        words = normalise(self.text).split()
        for place in self.places:
            words = [word for word in words if word not in normalise(f"{place.label} {place.written}").split()]
        return not set(words) - _FILLER

    @property
    def nation(self) -> str | None:
        """'wales the same?', 'the welsh one': a nation with PCSOs and nothing else asked."""
        words = set(normalise(self.text).split()) - _FILLER
        named = {_NATIONS.get(word) for word in words}
        return named.pop() if len(named) == 1 and words else None

    def only_turns(self, group: str) -> bool:
        """'why', 'even kids?', 'at night too': the last question, which was of `group`, put another way."""
        words = set(normalise(self.text).split()) - _FILLER
        # When somebody works is a question of its own where jobs are talked of.
        return bool(words) and not words - _BARE - (frozenset() if group == "recruitment" else _WHO_OR_WHEN)

    @property
    def states_where(self) -> bool:
        """'I live in Derby', rather than a bare 'Derby' or 'and in Derby?'."""
        return bool(_STATEMENT.search(self.text.lower()))

    @property
    def asks(self) -> bool:
        """Whether anything is put as a question."""
        return "?" in self.text or bool(_ASKS.search(self.text.lower()))

    @property
    def continues(self) -> bool:
        """'and on fines?', 'what about pay': short, and leaning on what was said before."""
        return len(self.text.split()) <= _LONGEST_FOLLOW_UP and bool(_CONTINUES.search(self.text.lower()))

    @property
    def goes_on(self) -> bool:
        """Starts like a message that follows another: 'so they can't', 'what if', 'and'."""
        return bool(_GOES_ON.search(self.text.lower()))

    @property
    def corrects(self) -> bool:
        """'no, I meant Devon'."""
        return bool(_CORRECTION.search(self.text.lower()))


def read(tracker: Tracker) -> Turn:
    """The turn that the tracker's latest message opens."""
    message = tracker.latest_message or {}
    alarm = message.get("alarm") or {}
    return Turn(
        text=message.get("text") or "",
        intent=(message.get("intent") or {}).get("name") or "unclear",
        asked=tuple(Asked(question["topic"], question["confidence"], _places(question.get("places")))
                    for question in message.get("questions") or ()),
        places=_places(entity for entity in message.get("entities") or () if entity.get("entity") == "force"),
        ranking=tuple((item["name"], item["confidence"]) for item in message.get("intent_ranking") or ()),
        alarm_level=alarm.get("level", "none"),
        language=alarm.get("language", "en"),
        force=tracker.get_slot("force"),
        topic=tracker.get_slot("topic"),
        pending=tracker.get_slot("pending") or {},
    )


def _places(items: Any) -> tuple[Place, ...]:
    return tuple(Place(item["label"], tuple(item["forces"]), item["certain"], item.get("text", "")) for item in items or ())
