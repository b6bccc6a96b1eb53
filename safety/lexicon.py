"""Danger told in words that no pattern knows: concepts counted in each sentence."""

from __future__ import annotations

from typing import Annotated, Optional

from msgspec import Meta, Struct

from safety import data
from safety.alarm import Alarm
from safety.stretches import Stretches

ENDS = frozenset(".?!")
QUESTION_WORDS = frozenset("what how who where when which why do does did can could is are will would should may".split())
# 'what do I do' is no question about the police.
PLEA = ("what do i do", "what should i do", "what can i do", "can you help", "can someone", "can you send", "can you come")


class Concept(Struct, forbid_unknown_fields=True):
    weight: int
    kinds: list[str]
    words: list[Annotated[str, Meta(pattern=r"^[^\s*]+$")]]
    surroundings: bool = False


class LexiconFile(Struct, forbid_unknown_fields=True):
    """data/safety/lexicon.yml."""

    emergency: int
    perhaps: int
    question: int
    about_role: int
    concepts: dict[str, Concept]


class Lexicon:
    """`weigh` is the only thing to call."""

    def __init__(self, folder=data.FOLDER):
        self._file = data.load("lexicon.yml", LexiconFile, folder)
        self._by_word: dict[str, list[str]] = {}
        for name, concept in self._file.concepts.items():
            for word in concept.words:
                self._by_word.setdefault(word, []).append(name)

    @property
    def words(self) -> frozenset[str]:
        """Every word of the lexicon, for the spelling layer."""
        return frozenset(self._by_word)

    def weigh(self, words: list[str], silent: Stretches, asks_elsewhere: bool) -> Optional[Alarm]:
        """The alarm of the sentence with most points, or None below 'perhaps'.

        `words` in the patterns' spelling; `silent` are stretches of ' ' + ' '.join(words)
        whose words don't count. `asks_elsewhere`: some frame of the message says that it is
        about the role, a job or a rule.
        """
        best, best_points = None, 0
        for sentence, start, asks in _sentences(words):
            found: dict[str, int] = {}
            position = start
            for word in sentence:
                end = position + 1 + len(word)
                for name in self._by_word.get(word, ()):
                    if not silent.touch(position, end):
                        found[name] = self._file.concepts[name].weight
                position = end
            if all(self._file.concepts[name].surroundings for name in found):
                continue
            points = sum(found.values()) - (self._file.question if asks else 0)
            points -= self._file.about_role if asks_elsewhere else 0
            if points >= self._file.perhaps and points > best_points:
                best, best_points = found, points
        if best is None:
            return None
        names = sorted(best, key=lambda name: -best[name])
        kinds = tuple(dict.fromkeys(kind for name in names if best[name] > 1
                                    for kind in self._file.concepts[name].kinds)) or ("help",)
        return Alarm(level="emergency" if best_points >= self._file.emergency else "perhaps", kinds=kinds,
                     about="now", why=("lexicon: " + " + ".join(names),))


def _sentences(words: list[str]):
    """Each sentence, where it starts in the joined words, and whether it asks something."""
    current: list[str] = []
    start = position = 0
    for word in [*words, "."]:
        if word in ENDS:
            if current:
                text = " ".join(current)
                asks = (word == "?" or current[0] in QUESTION_WORDS) and not any(plea in text for plea in PLEA)
                yield current, start, asks
            current = []
            position += 1 + len(word)
            start = position
        else:
            current.append(word)
            position += 1 + len(word)
