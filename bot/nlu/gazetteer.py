"""Finds forces and places in a message: exact names by spaCy, misspelt ones by distance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List, Optional, Set, Tuple

import spacy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from bot.nlu.spelling import Speller
from knowledge.places import Name

# A name that is also a word counts as a place after or before one of these.
EVIDENCE_BEFORE = {"in", "near", "around", "from", "live", "lives", "living", "based", "outside", "cover", "covers",
                   "police", "polices", "nr", "at", "to", "of", "for", "postcode"}
WEAK_EVIDENCE = {"at", "to", "of", "for"}
EVIDENCE_AFTER = {"police", "constabulary", "force", "area", "pcso", "pcsos", "cops"}
# 'pcso jobs reading': typed as into a search box, with the place at its end.
SEARCHED_BEFORE = {"job", "jobs", "pay", "wage", "wages", "salary", "vacancies", "recruitment", "recruiting", "hiring"}
# One slip in five letters, two in eight: below that too many words look alike.
SHORTEST_FUZZY, LONG_ENOUGH_FOR_TWO = 5, 8
LONGEST_NAME_WORDS = 4
# 'My English is B2' names no district of Birmingham.
_LANGUAGE_LEVELS = {"a1", "a2", "b1", "b2", "c1", "c2"}
# 'St Alban's church', 'the school run outside St Mary's' name no town; 'a school in St Albans' does. Few towns are called after these
# saints, and many schools and churches, so that a school anywhere in the message tells.
_SAINTS = ("st ", "saint ")
_OF_MANY_CHURCHES = {"marys", "johns", "pauls", "peters", "georges", "martins", "matthews", "margarets", "anns", "annes", "andrews",
                     "michaels"}
_NAMED_AFTER_SAINTS = {"school", "schools", "primary", "infants", "juniors", "nursery", "academy", "college", "church", "churchyard",
                       "churchwarden", "vicar", "parish", "porch", "governor", "pupils", "hospital", "hospice"}
_LIES_IN = {"in", "from", "live", "lives", "living", "based"}
# 'Sacked from HMP Wandsworth' doesn't ask about London.
_PRISONS = {"hmp", "hmyoi"}
# 'Not on the train, in the shop.'
_NOT = {"not", "isnt", "wasnt", "never"}
_APOSTROPHES = ("'", "’", "`")


@dataclass(frozen=True)
class Mention:
    """A force or place in a text: `start` and `end` count characters of the message."""

    start: int
    end: int
    name: Name


class Gazetteer:
    """Names → mentions. `speller` knows which words are right and need no correcting."""

    def __init__(self, names: Dict[str, Name], speller: Speller):
        self._names = names
        self._speller = speller
        self._nlp = spacy.blank("en")
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._words = {word for name in names for word in name.split()}
        self._last_words = {name.split()[-1] for name in names}
        self._forces = {name for name in names if names[name].is_force and not names[name].needs_evidence}
        self._matcher.add("NAME", [Doc(self._nlp.vocab, words=name.split()) for name in names])
        # By first letter, which slips of the thumb seldom touch: a twentieth of the work.
        self._fuzzy_targets: Dict[str, List[str]] = {}
        for name in names:
            if len(name) >= SHORTEST_FUZZY and not names[name].needs_evidence:
                self._fuzzy_targets.setdefault(name[0], []).append(name)
        # A cache of its own: on the class it would keep the gazetteer of every model that was ever loaded.
        self._nearest = lru_cache(maxsize=4096)(self._nearest)

    def find(self, words: List[str], starts: List[int], ends: List[int], message: str) -> List[Mention]:
        """Mentions in a message, given also as normalised words with their character offsets."""
        if not words:
            return []
        owners = [self._without_possessive(word, message[start:end]) for word, start, end in zip(words, starts, ends, strict=True)]
        doc = Doc(self._nlp.vocab, words=owners)
        unknown = [index for index, word in enumerate(words) if word.isalpha() and not self._speller.knows(word)]
        taken: Set[int] = set()
        mentions: List[Mention] = []

        def take(start: int, end: int, name: Name) -> None:
            taken.update(range(start, end))
            mentions.append(Mention(starts[start], ends[end - 1], name))

        # 'milton keyns' before 'milton': a misspelt long name may hold the name of another place.
        for index in unknown:
            window = self._misspelt_name(words, index, taken)
            if window:
                take(*window)
        for span in filter_spans(self._matcher(doc, as_spans=True)):
            name = self._names[" ".join(owners[span.start:span.end])]
            capital = starts[span.start] > 0 and message[starts[span.start]].isupper() and not message.isupper()
            capital = capital and name.spelling not in _LANGUAGE_LEVELS
            if name.needs_evidence and not capital and not self._has_evidence(words, span.start, span.end):
                continue
            before = words[span.start - 1] if span.start else ""
            is_place = not (self._is_a_saints(name, words, span.start, span.end) or before in _PRISONS
                            or before in _NOT and name.everywhere)
            if is_place and not taken & set(range(span.start, span.end)):
                take(span.start, span.end, name)
        for index in unknown:
            name = None if index in taken else self._misspelt_word(words, index)
            if name:
                take(index, index + 1, name)
        return sorted(mentions, key=lambda mention: mention.start)

    def _without_possessive(self, word: str, written: str) -> str:
        """'Bedfordshire's' and 'bedfordshires' → 'bedfordshire'; 'King's' of King's Lynn stays."""
        stem = word[:-1]
        if not word.endswith("s") or word in self._words:
            return word
        owned = written[-2:-1] in _APOSTROPHES and stem in self._last_words
        return stem if owned or stem in self._forces and len(stem) >= SHORTEST_FUZZY else word

    @staticmethod
    def _is_a_saints(name: Name, words: List[str], start: int, end: int) -> bool:
        """Whether a school or a church seems to be meant, not the town called after the same saint."""
        if not name.spelling.startswith(_SAINTS) or start > 0 and words[start - 1] in _LIES_IN:
            return False
        of_many = name.spelling.split()[-1] in _OF_MANY_CHURCHES
        return bool(_NAMED_AFTER_SAINTS & set(words if of_many else words[end:end + 1]))

    @staticmethod
    def _has_evidence(words: List[str], start: int, end: int) -> bool:
        if len(words) == end - start:
            return True
        before = words[start - 1] if start else ""
        after = words[end] if end < len(words) else ""
        if before in WEAK_EVIDENCE:
            # 'at Reading', but not 'for sale' or 'to deal with it'
            return end == len(words) or after in EVIDENCE_AFTER or not after.isalnum()
        if end == len(words) and before in SEARCHED_BEFORE:
            return True
        return before in EVIDENCE_BEFORE or after in EVIDENCE_AFTER

    def _misspelt_name(self, words: List[str], index: int, taken: Set[int]) -> Optional[Tuple[int, int, Name]]:
        """The longest stretch of words around `index` that is a misspelt name, as (start, end, name)."""
        for length in range(LONGEST_NAME_WORDS, 1, -1):
            for start in range(max(0, index - length + 1), min(index, len(words) - length) + 1):
                name = self.closest(" ".join(words[start:start + length]))
                if name and name.spelling.count(" ") + 1 != length and self._speller.correct(words[index]) != words[index]:
                    continue  # 'frist on' is no Frinton
                if name and not taken & set(range(start, start + length)):
                    return start, start + length, name
        return None

    def _misspelt_word(self, words: List[str], index: int) -> Optional[Name]:
        word = words[index]
        in_place = index > 0 and words[index - 1] in EVIDENCE_BEFORE - WEAK_EVIDENCE
        name = self.closest(word, in_place)
        meant = self._speller.correct(word)
        if name and meant not in (word, name.spelling) and (not in_place or self._speller.is_common(meant)):
            return None  # as near to a word of our subject: 'staiton' is no village, 'in prision' no Priston
        return name

    def closest(self, text: str, in_place: bool = False) -> Optional[Name]:
        """The name that `text` is probably a misspelling of, or None.

        After 'in' or 'near' (`in_place`) a place is expected, and more slips are forgiven.
        """
        if len(text) < SHORTEST_FUZZY - in_place:
            return None
        return self._nearest(text, in_place)

    def _nearest(self, text: str, in_place: bool) -> Optional[Name]:
        """The one name that few enough slips lead to, or None where there is none, or names of several forces."""
        allowed = 2 if len(text) >= LONG_ENOUGH_FOR_TWO - 2 * in_place else 1
        candidates = self._fuzzy_targets.get(text[0], [])
        matches = process.extract(text, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=3)
        if not matches:
            return None
        best = [match for match in matches if match[1] == matches[0][1]]
        if len({self._names[match[0]].forces[0] for match in best}) > 1:
            return None
        return self._names[best[0][0]]
