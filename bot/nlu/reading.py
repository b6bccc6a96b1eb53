"""How a message is read before its meaning is looked for: words, spelling, places, parts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.nlu import parts
from bot.nlu.gazetteer import Gazetteer, Mention
from bot.nlu.spelling import SHORTEST_CORRECTED, TWO_SLIPS_FROM, Speller, count_words
from knowledge import yaml_lines
from knowledge.places import load_place_files, names, normalise
from knowledge.schema import Knowledge

ROOT = Path(__file__).resolve().parents[2]
TOKENIZER_FILE = ROOT / "bot" / "encoder" / "tokenizer.json"
SHORTHAND_FILE = ROOT / "data" / "language" / "shorthand.yml"
# Every named place becomes this one word, so that no topic is learned by where examples live.
ANY_PLACE = "derby"
# A word this frequent in the examples may be right without any vocabulary having it.
OFTEN_ENOUGH_TO_BE_RIGHT = 4
_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*|[?!]")
_HAMMERED = re.compile(r"(\w)\1{2,}")


@dataclass(frozen=True)
class Part:
    """A stretch of a message that may be a question of its own."""

    text: str
    mentions: Tuple[Mention, ...]
    is_question: bool


@dataclass(frozen=True)
class Reading:
    """A message as read. `text` is what the encoder sees; `parts` are in order, none if there is but one.

    `button` is the topic whose own question this is word for word, as a button sends it.
    """

    text: str
    parts: Tuple[Part, ...] = ()
    mentions: Tuple[Mention, ...] = ()
    button: Optional[str] = None


class Reader:
    """Text → `Reading`."""

    def __init__(self, gazetteer: Gazetteer, speller: Speller, buttons: Dict[str, str]):
        self._gazetteer = gazetteer
        self._speller = speller
        self._buttons = {normalise(question): topic for question, topic in buttons.items()}

    def read(self, message: str) -> Reading:
        """Reads a cleaned message (see `safety.clean`)."""
        text, mentions = self._normalise(message)
        pieces = tuple(self._part(part) for part in parts.split(message))
        return Reading(text, pieces, tuple(mentions), self._buttons.get(normalise(message)))

    def _part(self, part: str) -> Part:
        text, mentions = self._normalise(part)
        return Part(text, tuple(mentions), parts.is_question(part))

    def _normalise(self, message: str) -> Tuple[str, List[Mention]]:
        words, starts, ends = [], [], []
        for match in _WORD.finditer(message):
            # One hyphenated or abbreviated name can give several normalised words.
            for word in normalise(match.group()).split() or [match.group()]:
                words.append(_HAMMERED.sub(r"\1\1", word))
                starts.append(match.start())
                ends.append(match.end())
        mentions = self._gazetteer.find(words, starts, ends, message)
        masked: List[str] = []
        covered = [(mention.start, mention.end, "british_transport" in mention.name.forces) for mention in mentions]
        last = None
        for word, start in zip(words, starts):
            inside = next((span for span in covered if span[0] <= start < span[1] and not span[2]), None)
            if inside is None:
                masked.append(self._speller.correct(word))
            elif inside is not last:
                masked.append(ANY_PLACE)
            last = inside
        return " ".join(masked), mentions


def build(knowledge: Knowledge, subject_texts: List[str]) -> Reader:
    """The reader for this knowledge and these training texts."""
    vocabulary = _whole_words()
    fact_words = count_words(
        [answer.text for answer in knowledge.answers.values()]
        + [fact.text for force in knowledge.forces.values() for fact in force.facts.values()])
    subject = count_words(subject_texts)
    known = (vocabulary | {word for word, count in fact_words.items() if count > 1}
             | _often_written(subject, vocabulary))
    all_names = names(knowledge, load_place_files())
    name_words = {word for name in all_names for word in name.split()}
    shorthand: Dict[str, str] = yaml_lines.read(SHORTHAND_FILE)[0]
    speller = Speller(known | name_words, subject, shorthand)
    buttons = {answer.question: topic for topic, answer in knowledge.answers.items()}
    return Reader(Gazetteer(all_names, speller), speller, buttons)


def _often_written(subject: Dict[str, int], vocabulary: Set[str]) -> Set[str]:
    """Words of the examples that are right though no vocabulary has them ('cordon'), unless a far
    commoner one is a slip away ('comunity')."""
    common = [word for word in subject if word in vocabulary and len(word) >= SHORTEST_CORRECTED]
    right = set()
    for word, count in subject.items():
        if count >= OFTEN_ENOUGH_TO_BE_RIGHT and word not in vocabulary:
            near = process.extract(word, common, scorer=OSA.distance, score_cutoff=2 if len(word) >= TWO_SLIPS_FROM else 1, limit=5)
            if not any(subject[match[0]] > 3 * count for match in near):
                right.add(word)
    return right


def _whole_words() -> Set[str]:
    """The encoder's own vocabulary of whole words: what it needs no help with."""
    vocabulary = json.loads(TOKENIZER_FILE.read_text(encoding="utf-8"))["model"]["vocab"]
    return {word for word in vocabulary if word.isalpha() and len(word) > 1} | {"i", "a"}
