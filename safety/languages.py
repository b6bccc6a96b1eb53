"""Which language a message is in: its script first, then short lists of telling words."""

from __future__ import annotations

import re
from collections import Counter

from msgspec import Struct

from safety import data
from safety.text import plain

SHORT = 3
ENOUGH_SHORT = 6.0
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0dff])+(?:'[^\W\d_]+)*")
# (first, last, language): letters that only one of our languages, or one first of all, is written in.
_SCRIPTS = (
    (0x0A00, 0x0A7F, "pa"), (0x0980, 0x09FF, "bn"), (0x0600, 0x06FF, "arabic"), (0x0750, 0x077F, "arabic"),
    (0xFB50, 0xFEFF, "arabic"), (0x0400, 0x04FF, "cyrillic"), (0x4E00, 0x9FFF, "han"), (0x3400, 0x4DBF, "han"),
    (0x3040, 0x30FF, "other"), (0xAC00, 0xD7AF, "other"), (0x0370, 0x03FF, "other"), (0x0590, 0x05FF, "other"),
    (0x0900, 0x097F, "other"), (0x0A80, 0x0DFF, "other"), (0x0E00, 0x0E7F, "other"), (0x1200, 0x137F, "other"),
    (0x10A0, 0x10FF, "other"), (0x0530, 0x058F, "other"),
)


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
            for weight, entries in ((2.0, words.telling), (1.0, words.common)):
                for entry in entries:
                    self._weights.setdefault(plain(entry), []).append((tag, weight))

    def guess(self, text: str) -> str:
        """BCP 47 tag, 'en' when in doubt, 'und' where there is no word at all."""
        letters = [char for char in text if char.isalpha()]
        if not letters:
            return "und"
        if not text.isascii():
            script = self._script(letters)
            if script:
                return script
        words = _WORD.findall(plain(text))
        if not words:
            return "und"
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
                if tag not in ("ur", "uk", "zh-Hant") and lowered & marks:
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

    def _script(self, letters: list[str]) -> str | None:
        counts: Counter[str] = Counter()
        for char in letters:
            code = ord(char)
            if code < 0x370:
                continue
            for first, last, name in _SCRIPTS:
                if first <= code <= last:
                    counts[name] += 1
                    break
        if not counts:
            return None
        name, count = counts.most_common(1)[0]
        if count * 3 < len(letters):
            return None
        found = frozenset(letters)
        if name == "arabic":
            return "ur" if found & self._letters["ur"] else "ar"
        if name == "cyrillic":
            return "uk" if found & self._letters["uk"] else "ru"
        if name == "han":
            return "zh-Hant" if found & self._letters["zh-Hant"] else "zh-Hans"
        return "und" if name == "other" else name
