"""Cuts a long text into messages that Telegram takes, at the ends of paragraphs and sentences."""

from __future__ import annotations

import re

from telegram.constants import MessageLimit

LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
# A message that ends early at a paragraph reads better than one filled to the brim; but not a stub.
LEAST_FILLED = 0.5

_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*(?=\s)")


def length(text: str) -> int:
    """How long Telegram finds a text: in UTF-16 units, so that an emoji counts as two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def split(text: str, limit: int = LIMIT) -> list[str]:
    """The text in parts of at most `limit` units; nothing but white space is lost between them."""
    parts, rest = [], text.strip()
    while length(rest) > limit:
        cut = _cut(_longest_beginning(rest, limit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _longest_beginning(text: str, limit: int) -> str:
    beginning = text[:limit]
    while length(beginning) > limit:
        beginning = beginning[:-max(1, (length(beginning) - limit) // 2)]
    return beginning


def _cut(window: str) -> int:
    paragraph = window.rfind("\n\n")
    if paragraph >= LEAST_FILLED * len(window):
        return paragraph
    sentences = [match.end() for match in _SENTENCE_END.finditer(window)]
    if sentences:
        return sentences[-1]
    blank = max(window.rfind(" "), window.rfind("\n"))
    return blank if blank > 0 else len(window)
