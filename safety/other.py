"""Danger told in another language: phrases by language, matched by stems and with small mistakes."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Iterator, Literal, Optional

from msgspec import Struct

from safety import data
from safety.alarm import RANK, Alarm
from safety.spelling import one_edit
from safety.text import plain

# Vowel signs of Bengali, Gurmukhi and their neighbours are no letters to `re`, but belong to words.
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0dff])+(?:'(?:[^\W_]|[\u0900-\u0dff])+)*")
_PHRASE_WORD = re.compile(_WORD.pattern + r"\*?")
# What may stand around a phrase that is the whole message ('^ayuda': 'ayuda por favor').
MORE_WORDS = 2
# Shorter words have too many neighbours for a mistake to be told.
FUZZY_FROM = 6
_NOT_SPACED = ("zh-Hans", "zh-Hant")


class Phrases(Struct, forbid_unknown_fields=True):
    """One kind of danger in one language; see the top of other_languages.yml."""

    kinds: list[str]
    say: list[str]
    level: Literal["emergency", "perhaps"] = "emergency"


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


class _Said:
    """The words of one message: most phrases can't stand in it, and are seen not to without going through it."""

    def __init__(self, words: list[str]):
        self._sorted = sorted(set(words))
        self._words = frozenset(words)
        self._shapes = {(word[0], len(word)) for word in self._words}

    def may_hold(self, part: str) -> bool:
        """Whether any word may be this part of a phrase (`_same`); where not, none is."""
        if part.endswith("*"):
            at = bisect_left(self._sorted, part[:-1])
            return at < len(self._sorted) and self._sorted[at].startswith(part[:-1])
        return part in self._words or len(part) >= FUZZY_FROM and any(
            (part[0], len(part) + more) in self._shapes for more in (-1, 0, 1))


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
        found = list(self._found(words, folded, language))
        if not found:
            return None
        frames = {tag: self._frame(tag, words, folded) for tag in {phrase.tag for phrase in found}}

        def rank(phrase: _Phrase) -> tuple[int, bool, int]:
            # The higher level, then the message's own language, then more words.
            return RANK["none" if frames[phrase.tag] else phrase.level], phrase.tag == language, len(phrase.text)

        phrase = max(found, key=rank)
        level, about = ("none", _ABOUT[frames[phrase.tag]]) if frames[phrase.tag] else (phrase.level, "now")
        kinds = phrase.kinds
        if _AT_HOME.intersection(kinds) and any(_stands_in(word, words, folded, phrase.tag) for word in self._family[phrase.tag]):
            kinds = (*kinds, "domestic")
        return Alarm(level=level, kinds=kinds, language=phrase.tag, about=about, why=(f"{phrase.tag}: {phrase.text}",))

    def _found(self, words: list[str], folded: str, language: str) -> Iterator[_Phrase]:
        """The phrases that stand somewhere in the message, each once."""
        said, found = _Said(words), set()
        # What a phrase may begin with, by word: one word a thousand times is looked up once.
        likely: dict[str, list[_Phrase]] = {}
        for index, word in enumerate(words):
            if word not in likely:
                likely[word] = [phrase for phrase in self._by_first.get(word[:3], ())
                                if self._allowed(phrase, language, len(words)) and _same(phrase.words[0], word)
                                and all(map(said.may_hold, phrase.words))]
            for phrase in likely[word]:
                if id(phrase) not in found and _at(phrase.words, words, index):
                    found.add(id(phrase))
                    yield phrase
        if language in _NOT_SPACED or not folded.isascii():
            for phrase in self._unspaced:
                if phrase.text in folded and (not phrase.alone or len(folded) <= len(phrase.text) + 6):
                    yield phrase

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

    def _frame(self, tag: str, words: list[str], folded: str) -> Optional[str]:
        """How a message is told in this language ('past', 'if', 'role'); None where it is of now."""
        for frame, phrases in self._frames[tag].items():
            if any(_stands_in(item, words, folded, tag) for item in phrases):
                return frame
        return None


def _words(text: str) -> list[str]:
    return [word.replace("'", "") for word in _PHRASE_WORD.findall(plain(text))]


_ABOUT = {"past": "past", "if": "if", "role": "general"}
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
    return len(part) >= FUZZY_FROM and abs(len(part) - len(word)) <= 1 and part[0] == word[0] and one_edit(part, word)


def _stands_in(phrase: tuple[str, ...], words: list[str], folded: str, tag: str) -> bool:
    if tag in _NOT_SPACED:
        return "".join(phrase) in folded
    return any(_at(phrase, words, index) for index in range(len(words)))
