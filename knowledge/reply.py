"""One message of the contract, made of what is held.

Each text keeps its own sources and day, so that what was said before can be left out.
"""

from __future__ import annotations

import re
from typing import Any, Iterable, Literal, Sequence

import msgspec
from msgspec import Struct

from knowledge.schema import Fact, Knowledge, NationalAnswer, Point, Source

LONG_ENOUGH = 45
# Ends the key of what a topic's answer adds to its first paragraph.
MORE = "#more"
# Stands before 'I don't have anything from Kent Police', behind what holds everywhere.
THAT_IS_GENERAL = "That is in general."
# What a sentence takes back or makes depend on something, and telephone numbers.
_NEEDED = re.compile(r"^(?:But|Only|The page|That|This|Those|These|It may|You must|Where|Otherwise)\b"
                     r"|\b(?:999|101|111|116 123|0[38]\d\d)\b")
# How a reply says that a force's own word isn't held; both are functions of knowledge/lookup.py.
Admission = Literal["nothing_from", "not_known_of"]
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z‘'(])")


class Held(Struct, frozen=True):
    """A text of the knowledge with where it comes from. `key` says which: 'powers_fines', 'powers_fines/appeal', 'kent:powers_fines'."""

    key: str
    text: str
    sources: tuple[dict[str, str], ...] = ()
    checked: str | None = None

    @property
    def is_more(self) -> bool:
        """Whether it is what a topic's answer adds to its first paragraph."""
        return self.key.endswith(MORE)

    @property
    def force(self) -> str | None:
        """The id of the force that says it; None for what holds everywhere."""
        return force_of(self.key)

    @property
    def in_short(self) -> str:
        """The first sentence, which answers, or two where that says little ('No. Dorset Police says …'), and what mustn't be left out:
        conditions of the sentence before, and whom to call."""
        said: list[str] = []
        for sentence in sentences(self.text):
            if sum(map(len, said)) < LONG_ENOUGH or _NEEDED.search(sentence):
                said.append(sentence)
        return " ".join(said)


class Reply(Struct, frozen=True):
    """One message of the contract, without its `recipient_id`. `held` are the texts that it says, `closing` stands behind them.

    `is_general`: before the closing stands `THAT_IS_GENERAL`. `admits`: that the force's own word isn't held, in the closing
    ('nothing_from') or before what other forces do ('not_known_of').
    """

    text: str
    topic: str
    force: str | None = None
    scope: str = "national"
    emergency: bool = False
    checked: str | None = None
    sources: list[dict[str, str]] = []
    buttons: list[dict[str, str]] = []
    lang: str | None = None
    held: tuple[Held, ...] = ()
    closing: str = ""
    is_general: bool = False
    admits: Admission | None = None

    def custom(self) -> dict[str, Any]:
        """The contract's `custom` object."""
        fields = {name: getattr(self, name)
                  for name in ("topic", "force", "scope", "emergency", "checked", "sources")}
        return {**fields, "lang": self.lang} if self.lang else fields

    def saying(self, held: Sequence[Held], closing: str | None = None) -> Reply:
        """The same reply with only these of its texts (and another closing), and their sources."""
        as_before = closing is None
        made = compose(self.topic, held, scope=self.scope, force=self.force, closing=self.closing if as_before else closing,
                       is_general=self.is_general and as_before, admits=self.admits)
        return msgspec.structs.replace(made, buttons=self.buttons)


def force_of(key: str) -> str | None:
    """'kent' of a text's key 'kent:powers_fines'; None for what holds everywhere."""
    force, colon, _ = key.partition(":")
    return force if colon else None


def sentences(text: str) -> list[str]:
    """The sentences of a text that people read."""
    return _SENTENCE_ENDS.split(text)


def held(knowledge: Knowledge, key: str, fact: Fact | NationalAnswer | Point, text: str | None = None) -> Held:
    """A fact of the knowledge as it is said; `text` where that isn't all of it."""
    return Held(key, text or fact.text, tuple(public(knowledge.sources[source]) for source in fact.sources),
                fact.checked.isoformat() if fact.checked else None)


def compose(topic: str, texts: Iterable[Held], *, scope: str, force: str | None = None, closing: str = "",
            is_general: bool = False, admits: Admission | None = None) -> Reply:
    """A reply with the sources of all `texts`, each once, as old as the oldest of them."""
    said = tuple(texts)
    sources: list[dict[str, str]] = []
    for each in said:
        sources += [source for source in each.sources if source not in sources]
    dates = [each.checked for each in said if each.checked]
    end = f"{THAT_IS_GENERAL} {closing}" if is_general and closing else closing
    text = "\n\n".join(filter(None, (*(each.text for each in said), end)))
    return Reply(text, topic, force, scope, sources=sources, checked=min(dates) if dates and sources else None, held=said, closing=closing,
                 is_general=is_general, admits=admits)


def public(source: Source) -> dict[str, str]:
    """A source as people are shown it."""
    shown = {"title": source.title, "publisher": source.publisher}
    if source.url:
        shown["url"] = source.url
    if source.date:
        shown["date"] = source.date
    return shown
