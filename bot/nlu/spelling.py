"""Puts typing slips right before meaning is looked for: 'polcie' → 'police'.

A word is left alone when it is known: in the dictionary, whole in the encoder's vocabulary,
or used in the facts. Otherwise the closest word of our own subject replaces it, if one is close enough.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Dict, Iterable, List, Set

from rapidfuzz import process
from rapidfuzz.distance import OSA

_DOUBLED = re.compile(r"(\w)\1+")
SHORTEST_CORRECTED = 4
# Two slips only in words long enough that no other word is as near.
TWO_SLIPS_FROM = 8
# So many examples have a word that is common.
COMMON_FROM = 30


class Speller:
    """Corrects single words.

    `known` are right as they are; `subject` counts the words of our subject, the targets;
    `shorthand` maps text speak to words ('u' → 'you').
    """

    def __init__(self, known: Set[str], subject: Dict[str, int], shorthand: Dict[str, str]):
        self._known = known
        self._shorthand = shorthand
        self._counts = Counter({word: count for word, count in subject.items()
                                if len(word) >= SHORTEST_CORRECTED and word in known})
        self._targets = list(self._counts)
        # Caches of its own: on the class they would keep the speller of every model that was ever loaded.
        self._closest = lru_cache(maxsize=8192)(self._closest)
        self._as_long = lru_cache(maxsize=64)(self._as_long)

    def correct(self, word: str) -> str:
        """The word as probably meant; lower case in, lower case out."""
        if word in self._shorthand:
            return self._shorthand[word]
        if len(word) < SHORTEST_CORRECTED or not word.isalpha() or self.knows(word):
            return word
        closest = self._closest(word)
        return self._shorthand.get(closest, closest)  # 'carnt' is 'cant', and so 'can not'

    def _closest(self, word: str) -> str:
        """The word of our subject that an unknown one is a slip for, else the word itself."""
        single = _DOUBLED.sub(r"\1", word)
        if single in self._known:
            return single
        allowed = 2 if len(word) >= TWO_SLIPS_FROM else 1
        matches = process.extract(word, self._as_long(len(word), allowed), scorer=OSA.distance, score_cutoff=allowed, limit=8)
        if not matches:
            return word
        nearest = matches[0][1]
        best = max((match[0] for match in matches if match[1] == nearest),
                   key=lambda target: (target[0] == word[0], _DOUBLED.sub(r"\1", target) == single, sorted(target) == sorted(word),
                                       self._counts[target]))
        return best if best[0] == word[0] or nearest == 1 else word

    def _as_long(self, letters: int, allowed: int) -> List[str]:
        """The targets that so few slips can reach at all: a quarter of the work."""
        return [target for target in self._targets if abs(len(target) - letters) <= allowed]

    def is_common(self, word: str) -> bool:
        """Whether people who ask about our subject use `word` often."""
        return self._counts[word] >= COMMON_FROM

    def knows(self, word: str) -> bool:
        """Whether `word` is spelt right as it is, shorthand included."""
        # The vocabulary holds few plurals: 'mins' is 'min', not a slip for 'mine'.
        return word in self._shorthand or word in self._known or (word.endswith("s") and word[:-1] in self._known)


def count_words(texts: Iterable[str]) -> Dict[str, int]:
    """How often each word stands in `texts`, lower case."""
    return Counter(word for text in texts for word in text.lower().split() if word.isalpha())
