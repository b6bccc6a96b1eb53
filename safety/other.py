"""Danger told in another language: phrases by language, matched by stems and with small mistakes."""

from __future__ import annotations

import re
from typing import Optional

from msgspec import Struct

from safety import data
from safety.alarm import RANK, Alarm
from safety.text import plain

# Vowel signs of Bengali, Gurmukhi and their neighbours are no letters to `re`, but belong to words.
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0dff])+(?:'(?:[^\W_]|[\u0900-\u0dff])+)*")
_PHRASE_WORD = re.compile(_WORD.pattern + r"\*?")
# What may stand around a phrase that is the whole message ('^ayuda': 'ayuda por favor').
MORE_WORDS = 2
_NOT_SPACED = ("zh-Hans", "zh-Hant")


class Phrases(Struct, forbid_unknown_fields=True):
    """One kind of danger in one language; see the top of other_languages.yml."""

    kinds: list[str]
    say: list[str]
    level: str = "emergency"


class Language(Struct, forbid_unknown_fields=True):
    danger: list[Phrases]
    family: list[str] = []
    past: list[str] = []
    question: list[str] = []
    role: list[str] = []


class OtherFile(Struct, forbid_unknown_fields=True):
    languages: dict[str, Language]


class _Phrase(Struct, frozen=True):
    tag: str
    level: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    text: str
    alone: bool
    english: bool


class OtherLanguages:
    """`check` is the only thing to call."""

    def __init__(self, english_words: frozenset[str] = frozenset(), folder=data.FOLDER):
        self._english = english_words
        self._languages = data.load("other_languages.yml", OtherFile, folder).languages
        self._by_first: dict[str, list[_Phrase]] = {}
        self._unspaced: list[_Phrase] = []
        self._frames: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        self._family = {tag: [tuple(_words(text)) for text in language.family] for tag, language in self._languages.items()}
        for tag, language in self._languages.items():
            for group in language.danger:
                for text in group.say:
                    words = tuple(_words(text))
                    phrase = _Phrase(tag, group.level, tuple(group.kinds), words, plain(text).lstrip("^"),
                                     text.startswith("^"), all(self._is_english(word) for word in words))
                    if tag in _NOT_SPACED:
                        self._unspaced.append(phrase)
                    elif words:
                        self._by_first.setdefault(words[0][:3], []).append(phrase)
            self._frames[tag] = {
                "past": [tuple(_words(text)) for text in language.past],
                "if": [tuple(_words(text)) for text in language.question],
                "role": [tuple(_words(text)) for text in language.role],
            }

    def _is_english(self, word: str) -> bool:
        if word.endswith("*"):
            return any(known.startswith(word[:-1]) for known in self._english)
        return word in self._english

    def check(self, text: str, language: str) -> Optional[Alarm]:
        """The strongest phrase found, or None. `language` is what `Languages.guess` says; a
        phrase of one or two words counts only in its own language."""
        folded = plain(text)
        words = [word.replace("'", "") for word in _WORD.findall(folded)]
        if not words:
            return None
        best: Optional[tuple] = None
        for index, word in enumerate(words):
            for phrase in self._by_first.get(word[:3], ()):
                if not self._allowed(phrase, language, len(words)) or not _at(phrase.words, words, index):
                    continue
                best = self._stronger(best, phrase, words, folded, language)
        if language in _NOT_SPACED or not text.isascii():
            for phrase in self._unspaced:
                if phrase.text in folded and (not phrase.alone or len(folded) <= len(phrase.text) + 6):
                    best = self._stronger(best, phrase, words, folded, language)
        if best is None:
            return None
        phrase, level, about, _ = best
        kinds = phrase.kinds
        if _AT_HOME.intersection(kinds) and any(_stands_in(word, words, folded, phrase.tag) for word in self._family[phrase.tag]):
            kinds = (*kinds, "domestic")
        return Alarm(level=level, kinds=kinds, language=phrase.tag, about=about,
                     who="role" if about == "general" else "person", why=(f"{phrase.tag}: {phrase.text}",))

    def _allowed(self, phrase: _Phrase, language: str, words: int) -> bool:
        """Whether a phrase counts in a message of `language` with so many words.

        In its own language or a near one, always. In a message taken for English, only where it
        can't be English by chance: two words and more, or one that is nearly the whole message.
        """
        if phrase.alone and words > len(phrase.words) + MORE_WORDS:
            return False
        if language == phrase.tag or phrase.tag in _FAMILY.get(language, ()):
            return True
        if phrase.english:
            return False
        if len(phrase.words) >= 2 and len(phrase.text) >= 8:
            return True
        return len(phrase.text) >= 5 and words <= len(phrase.words) + MORE_WORDS

    def _stronger(self, best, phrase: _Phrase, words: list[str], folded: str, language: str):
        """The better of two finds: the higher level, then the message's own language, then more words."""
        level, about = phrase.level, "now"
        for frame, phrases in self._frames[phrase.tag].items():
            if any(_stands_in(item, words, folded, phrase.tag) for item in phrases):
                level, about = "none", {"past": "past", "if": "if", "role": "general"}[frame]
                break
        rank = (RANK[level], phrase.tag == language, len(phrase.text))
        if best is None or rank > best[3]:
            return phrase, level, about, rank
        return best


def _words(text: str) -> list[str]:
    return [word.replace("'", "") for word in _PHRASE_WORD.findall(plain(text))]


# With these a husband or a mother in the message means danger at home.
_AT_HOME = {"violence", "weapon", "held", "intruder"}
# Neighbours that short messages are easily taken for.
_FAMILY = {"ru": ("uk",), "uk": ("ru",), "ar": ("ur",), "ur": ("ar",), "es": ("pt", "it"), "pt": ("es",), "it": ("es",),
           "ro": ("it",), "pa-Latn": ("ur-Latn",), "ur-Latn": ("pa-Latn",), "zh-Hans": ("zh-Hant",), "zh-Hant": ("zh-Hans",)}


def _at(phrase: tuple[str, ...], words: list[str], index: int) -> bool:
    """Whether the phrase stands at `index`, one other word between two of its words allowed."""
    position = index
    for number, part in enumerate(phrase):
        for skip in range(2 if number else 1):
            if position + skip < len(words) and _same(part, words[position + skip]):
                position += skip + 1
                break
        else:
            return False
    return True


def _same(part: str, word: str) -> bool:
    if part.endswith("*"):
        return word.startswith(part[:-1])
    if part == word:
        return True
    return len(part) >= 6 and abs(len(part) - len(word)) <= 1 and part[0] == word[0] and _near(part, word)


def _near(a: str, b: str) -> bool:
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


def _stands_in(phrase: tuple[str, ...], words: list[str], folded: str, tag: str) -> bool:
    if tag in _NOT_SPACED:
        return "".join(phrase) in folded
    return any(_at(phrase, words, index) for index in range(len(words)))
