"""Which language a message is in: its script first, then short lists of telling words."""

from __future__ import annotations

import re
from collections import Counter

from msgspec import Struct

from safety import data
from safety.text import plain

# What a word is worth that is hardly ever English, and one that may be.
TELLING, COMMON = 2.0, 1.0
SHORT = 3
ENOUGH_SHORT = 6.0
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0dff])+(?:'[^\W\d_]+)*")
# (first, last, language): letters that only one of our languages, or one first of all, is written in.
_SCRIPTS = (
    (0x0A00, 0x0A7F, "pa"), (0x0980, 0x09FF, "bn"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"),
    (0xFB50, 0xFEFF, "arabic"), (0x0400, 0x04FF, "cyrillic"), (0x4E00, 0x9FFF, "han"), (0x3400, 0x4DBF, "han"),
    (0x0370, 0x03FF, "el"), (0x1F00, 0x1FFF, "el"), (0x0900, 0x097F, "hi"), (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"),
)
# In any other script: somebody may be in danger, and nothing here can tell.
UNKNOWN = "und"
# What letters alone say of a script that several languages share; the first whose letters are found.
_BY_LETTERS = {"arabic": ("ur", "fa"), "cyrillic": ("uk", "ru"), "han": ("zh-Hant",)}
_ELSE = {"arabic": "ar", "cyrillic": "ru", "han": "zh-Hans"}
_OF_A_SCRIPT = frozenset(tag for tags in _BY_LETTERS.values() for tag in tags)


class LanguageWords(Struct, forbid_unknown_fields=True):
    """One language in languages.yml."""

    telling: list[str]
    common: list[str] = []


class LanguagesFile(Struct, forbid_unknown_fields=True):
    english: list[str]
    languages: dict[str, LanguageWords]
    letters: dict[str, str]


class Languages:
    """`guess` is the only thing to call."""

    def __init__(self, folder=data.FOLDER):
        file = data.load("languages.yml", LanguagesFile, folder)
        self._english = frozenset(file.english)
        self._letters = {tag: frozenset(letters) for tag, letters in file.letters.items()}
        self._weights: dict[str, list[tuple[str, float]]] = {}
        for tag, words in file.languages.items():
            for weight, entries in ((TELLING, words.telling), (COMMON, words.common)):
                for entry in entries:
                    self._weights.setdefault(plain(entry), []).append((tag, weight))

    def guess(self, text: str) -> str:
        """BCP 47 tag, 'en' when in doubt, `UNKNOWN` in a script that isn't known and where there is no word at all."""
        letters = [char for char in text if char.isalpha()]
        if not letters:
            return UNKNOWN
        if not text.isascii():
            script = self._script(letters)
            if script:
                return "bg" if script == "ru" and self._is_bulgarian(text) else script
        words = _WORD.findall(plain(text))
        if not words:
            return UNKNOWN
        scores: Counter[str] = Counter()
        english = 0
        longest: dict[str, int] = {}
        for word in words:
            if word in self._english:
                english += 1
            for tag, weight in self._weights.get(word, ()):
                scores[tag] += weight
                longest[tag] = max(longest.get(tag, 0), len(word))
        if not text.isascii():
            lowered = frozenset(text.lower())
            for tag, marks in self._letters.items():
                if tag not in _OF_A_SCRIPT and lowered & marks:
                    scores[tag] += 1.0
        if not scores:
            return "en"
        tag, score = scores.most_common(1)[0]
        # A single foreign word in English ('siesta', 'Pen-y-bont') is still English.
        # So are 'NE1', 'que?' and 'na': little words prove nothing unless there are several.
        if text.isascii() and longest.get(tag, 0) <= SHORT and score < ENOUGH_SHORT:
            return "en"
        enough = 2.0 if len(words) <= 3 and not english else 3.0
        if score < enough or score <= english * 1.5:
            return "en"
        return tag

    def _is_bulgarian(self, text: str) -> bool:
        """Whether Cyrillic without a letter that Bulgarian hasn't has its words."""
        of_words = [tags for word in _WORD.findall(plain(text)) for tags in self._weights.get(word, ())]
        return ("bg", TELLING) in of_words and not frozenset(text) & self._letters["ru"]

    def _script(self, letters: list[str]) -> str | None:
        counts: Counter[str] = Counter()
        for char in letters:
            code = ord(char)
            if code < 0x370 or 0x1E00 <= code < 0x1F00:  # Latin, with the accents of Vietnamese
                continue
            counts[next((name for first, last, name in _SCRIPTS if first <= code <= last), UNKNOWN)] += 1
        if not counts:
            return None
        name, count = counts.most_common(1)[0]
        if count * 3 < len(letters):
            return None
        found = frozenset(letters)
        return next((tag for tag in _BY_LETTERS.get(name, ()) if found & self._letters[tag]), _ELSE.get(name, name))
