"""How easy a text is to read: Flesch's reading ease (1948), which GOV.UK's own advice leans on too."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
_ADDRESS = re.compile(r"\S+://\S+|www\.\S+")
_VOWELS = re.compile(r"[aeiouy]+")
# 60 and more is plain English to a 14-year-old; below 30 is for graduates.
PLAIN, HARD = 60, 30


class Ease(Struct, frozen=True):
    """`score` 0 (very hard) to 100 (very easy); `longest` is the longest sentence's number of words."""

    score: int
    level: Literal["plain", "fair", "hard"]
    longest: int


def reading_ease(text: str) -> Ease | None:
    """None where there are no words. Addresses of web pages don't count."""
    sentences = [words for part in _SENTENCE_END.split(_ADDRESS.sub("", text)) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    score = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * sum(map(syllables, words)) / len(words)
    level = "plain" if score >= PLAIN else "fair" if score >= HARD else "hard"
    return Ease(round(min(100, max(0, score))), level, max(map(len, sentences)))


def syllables(word: str) -> int:
    """About how many a word has: groups of vowels, without a silent 'e' at its end. PCSO and the like: a letter each."""
    if word.isupper() and len(word) > 1:
        return len(word)
    plain = word.lower()
    groups = len(_VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee", "ie")) and groups > 1:
        groups -= 1
    return max(1, groups)
