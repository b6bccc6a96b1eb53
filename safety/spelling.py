"""Brings words into one spelling: contractions, slang, run-together phrases, typing mistakes."""

from __future__ import annotations

import re
from typing import Iterable, Optional

from msgspec import Struct

from safety import data

# Shorter words have too many neighbours for a mistake to be told from another word.
FUZZY_FROM = 5
TOGETHER_FROM = 9
_SAME_LETTER = re.compile(r"([a-z])\1{2,}")


class SpellingFile(Struct, forbid_unknown_fields=True):
    """data/safety/spelling.yml."""

    words: dict[str, str]
    phrases: dict[str, str]


class Speller:
    """Spells the way the patterns do. `learn` tells it which words the patterns hold."""

    def __init__(self, file: Optional[SpellingFile] = None):
        file = file or data.load("spelling.yml", SpellingFile)
        self._words = dict(file.words)
        starts: dict[str, list[tuple[tuple[str, ...], list[str]]]] = {}
        for phrase, value in file.phrases.items():
            first, *rest = phrase.split()
            starts.setdefault(first, []).append((tuple(rest), value.split()))
        self._phrases = {first: sorted(items, key=lambda item: -len(item[0])) for first, items in starts.items()}
        self._known: frozenset[str] = frozenset()
        self._near: frozenset[str] = frozenset()
        self._deletions: dict[str, str] = {}

    def learn(self, words: Iterable[str], near: Iterable[str] = ()) -> None:
        """`words` may be mistyped; `near` are real words one letter away, which mean themselves."""
        self._known = frozenset(words)
        self._near = frozenset(near)
        for word in sorted(self._known):
            if len(word) >= FUZZY_FROM and word.isascii():
                for shorter in _deletions(word):
                    self._deletions.setdefault(shorter, word)

    def forget_near(self) -> None:
        """Takes every word for a possible mistake: what `safety.near_words` starts from."""
        self._near = frozenset()

    def is_listed(self, word: str) -> bool:
        """Whether spelling.yml itself says what the word means."""
        return word in self._words

    def spell(self, tokens: Iterable[str]) -> list[str]:
        """The tokens in the patterns' spelling; one may become several or none."""
        result: list[str] = []
        for token in tokens:
            result.extend(self._one(token))
        return self._join(result)

    def spell_phrase(self, phrase: str) -> str:
        """A phrase of a pattern ('he's got') in the same spelling; a final star stays."""
        words: list[str] = []
        for word in phrase.lower().split():
            if word.endswith("*") or word in ".,?!":
                words.append(word)
            else:
                words.extend(self._one(word, correct=False))
        return " ".join(self._join(words))

    def _one(self, token: str, correct: bool = True) -> list[str]:
        if not token[0].isalnum():
            return [token]
        if "'" in token:
            if token in self._words:
                return self._words[token].split()
            token = token.strip("'")
            stem, _, ending = token.partition("'")
            if ending in ("re", "ve", "m", "ll", "d") and stem:
                full = {"re": "are", "ve": "have", "m": "am", "ll": "will", "d": "would"}[ending]
                return self._one(stem, correct) + [full]
            if ending == "s" and stem:
                return self._one(stem, correct) + ["is"]
            token = token.replace("'", "")
        if not token:
            return []
        known = self._words.get(token)
        if known is not None:
            return known.split()
        if token in self._known or not token.isascii() or not correct:
            return [token]
        if len(token) > 3 and _SAME_LETTER.search(token):
            for replacement in (r"\1\1", r"\1"):
                shorter = _SAME_LETTER.sub(replacement, token)
                if shorter in self._known or shorter in self._words:
                    return self._words.get(shorter, shorter).split()
            token = _SAME_LETTER.sub(r"\1", token)
        if len(token) >= FUZZY_FROM and token not in self._near and not token.isdigit():
            corrected = self._correct(token)
            if corrected == token and len(token) >= TOGETHER_FROM:
                return self._apart(token)
            return [corrected]
        return [token]

    def _apart(self, token: str) -> list[str]:
        """'theressomeone' → there is someone: a word that is two known words run together."""
        for cut in range(len(token) - 3, 2, -1):
            first, second = token[:cut], token[cut:]
            if all(part in self._known or part in self._words for part in (first, second)):
                return [word for part in (first, second) for word in self._words.get(part, part).split()]
        return [token]

    def _correct(self, token: str) -> str:
        """The pattern word one edit away (or two neighbouring letters swapped), else the token."""
        if len(token) > 24:
            return token
        for shorter in (token, *_deletions(token)):
            word = self._deletions.get(shorter) or (shorter if shorter in self._known and len(shorter) >= FUZZY_FROM
                                                    else None)
            if word and word[0] == token[0] and one_edit(token, word):
                return word
            if word and len(token) > FUZZY_FROM and one_edit(token, word):
                return word
        return token

    def _join(self, words: list[str]) -> list[str]:
        """Phrases of several words that mean one thing: 'right about now' → 'now'."""
        if not self._phrases:
            return words
        result: list[str] = []
        index = 0
        while index < len(words):
            for rest, value in self._phrases.get(words[index], ()):
                if tuple(words[index + 1:index + 1 + len(rest)]) == rest:
                    result.extend(value)
                    index += 1 + len(rest)
                    break
            else:
                result.append(words[index])
                index += 1
        return result


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1:] for i in range(len(word))]


def one_edit(a: str, b: str) -> bool:
    """Whether two words are one letter more, less, other, or two swapped neighbours apart, or the same."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    return (a[1:] == b[1:] or a[1:] == b or a == b[1:]
            or (len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]))
