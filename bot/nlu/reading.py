"""How a message is read before its meaning is looked for: words, spelling, places, parts."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Sequence, Set, Tuple

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from bot.encoder import TOKENIZER_FILE
from bot.nlu import meant, parts, thread_weights
from bot.nlu.gazetteer import Gazetteer, Mention
from bot.nlu.spelling import SHORTEST_CORRECTED, TWO_SLIPS_FROM, Speller, count_words
from knowledge import yaml_lines
from knowledge.personal_data.remains import blanked
from knowledge.normalising import normalise
from knowledge.places import Name, load_place_files, misspelt_forces, names
from knowledge.schema import Knowledge
from knowledge.topics import named, parted

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
SHORTHAND_FILE = ROOT / "data" / "language" / "shorthand.yml"
RIGHT_WORDS_FILE = ROOT / "data" / "language" / "right_words.yml"
# Every named place becomes this one word, so that no topic is learned by where examples live.
ANY_PLACE = "derby"
# Stands between the last topic's question and what is typed after its answer; the tokenizer knows it as such.
BETWEEN = "[SEP]"
# Of what was said before so many words are read, the latest: the encoder takes 128 tokens.
LONGEST_STORY_WORDS = 60
# A word this frequent in the examples may be right without any vocabulary having it.
OFTEN_ENOUGH_TO_BE_RIGHT = 4
_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*|[?!]")
_HAMMERED = re.compile(r"(\w)\1{2,}")
# 'Ill be there' stands for 'I will', but not behind these: 'is my nan ill', 'mentally ill'.
_ILL = "ill"
_BEFORE_ILL = frozenset("am are be been being fallen feel feeling feels fell felt getting got is mentally not really seriously taken "
                        "terminally too very was were babys brothers dads daughters grans husbands mums nans partners sisters someones "
                        "sons wifes".split())


@dataclass(frozen=True)
class Part:
    """A stretch of a message that may be a question of its own; `is_told`: it only tells what another is about."""

    text: str
    mentions: Tuple[Mention, ...]
    is_question: bool
    is_told: bool = False


@dataclass(frozen=True)
class Reading:
    """A message as read. `text` is what the encoder sees; `parts` are in order, none if there is but one.

    `loose_cuts` are weaker ways to cut a message without parts. `button` is the topic ('powers_fines'), or the particular question
    within one ('powers_fines/appeal'), whose own question this is word for word, as a button sends it. `in_thread` is the text behind
    the question answered last, of the topic `last_topic`, where it is short enough to lean on that; `story` is the text behind what they
    themselves asked before. `whole` is all of the message where only a part of it is meant (meant.py); `not_meant` the particular
    question answered last, where they say that they didn't ask it.
    """

    text: str
    parts: Tuple[Part, ...] = ()
    loose_cuts: Tuple[Tuple[Part, ...], ...] = ()
    mentions: Tuple[Mention, ...] = ()
    button: Optional[str] = None
    last_topic: Optional[str] = None
    in_thread: Optional[str] = None
    story: Optional[str] = None
    whole: Optional[str] = None
    not_meant: Optional[str] = None

    @property
    def texts(self) -> List[str]:
        """What is encoded and classified: the whole, each part; the pieces of loose cuts where `questions.needs_cuts`."""
        return [self.text, *(part.text for part in self.parts), *(piece.text for cut in self.loose_cuts for piece in cut)]

    @property
    def tells_of_a_case(self) -> bool:
        """Whether it only tells of a case, and asks nothing: 'I had a stroke in 2020'."""
        return parts.tells_of_a_case(self.text)

    @property
    def first_texts(self) -> List[str]:
        """Those of `texts` that are always encoded."""
        return self.texts[:1 + len(self.parts)]


class Reader:
    """Text → `Reading`."""

    def __init__(self, gazetteer: Gazetteer, speller: Speller, buttons: Dict[str, str]):
        self._gazetteer = gazetteer
        self._speller = speller
        self._buttons = {normalise(question): name for question, name in buttons.items()}
        self._questions = {name: self._normalise(question)[0] for question, name in buttons.items()}

    def read(self, message: str, last: Optional[str] = None, said: Sequence[str] = ()) -> Reading:
        """Reads a cleaned message (see `safety.clean`); `last` is the topic, or the particular question of one, talked of before, and
        `said` what they asked before, in order, cleaned too."""
        message = blanked(message)  # places keep their place: it is as long as before
        whole, mentions = self._normalise(message)
        button = self._buttons.get(normalise(message))
        wanted = None if button else meant.meant(message, last is not None)
        text = self._normalise(wanted.text)[0] if wanted else whole
        message = wanted.text if wanted else message
        pieces = tuple(self._part(part) for part in parts.split(message))
        cuts = () if pieces else tuple(tuple(map(self._part, cut)) for cut in parts.loose_cuts(message))
        in_thread = self._in_thread(text, last)
        return Reading(text, pieces, cuts, tuple(mentions), button, _topic(last), in_thread, self._story(text, said) if in_thread else None,
                       whole if wanted else None, last if wanted and wanted.corrects else None)

    def _in_thread(self, text: str, last: Optional[str]) -> Optional[str]:
        question = self._questions.get(last or "") or self._questions.get(_topic(last) or "")
        if not question or not 0 < len(text.split()) <= thread_weights.LONGEST_WORDS:
            return None
        return f"{question} {BETWEEN} {text}"

    def _story(self, text: str, said: Sequence[str]) -> Optional[str]:
        before = " ".join(self._normalise(blanked(one))[0] for one in said).split()
        return " ".join([*before[-LONGEST_STORY_WORDS:], text]) if before else None

    def read_whole(self, message: str, last: Optional[str] = None) -> Reading:
        """Like `read` without parts: all that an example needs, in half the time."""
        message = blanked(message)
        wanted = meant.meant(message, last is not None)
        text, mentions = self._normalise(wanted.text if wanted else message)
        return Reading(text, mentions=tuple(mentions), last_topic=_topic(last), in_thread=self._in_thread(text, last))

    @property
    def own_questions(self) -> Dict[str, Reading]:
        """Topic or particular question of one → its own question as read."""
        return {name: Reading(question) for name, question in sorted(self._questions.items())}

    def _part(self, part: str) -> Part:
        text, mentions = self._normalise(part)
        return Part(text, tuple(mentions), parts.is_question(part), parts.is_told(part) and parts.is_told(text))

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
        covered = [(mention.start, mention.end, mention.name.everywhere) for mention in mentions]
        last = None
        for word, start in zip(words, starts, strict=True):
            inside = next((span for span in covered if span[0] <= start < span[1] and not span[2]), None)
            if inside is None:
                # What stands before it may have been spelt out: 'shes' is 'she is'.
                is_sick = word == _ILL and bool(masked) and masked[-1].rpartition(" ")[2] in _BEFORE_ILL
                masked.append(word if is_sick else self._speller.correct(word))
            elif inside is not last:
                masked.append(ANY_PLACE)
            last = inside
        return " ".join(masked), mentions


class Tables(Struct, frozen=True):
    """What a reader knows besides the dictionary: made at training, kept in the model.

    A published model reads with the names and buttons it was trained with, whatever is being
    edited in the files meanwhile.
    """

    names: Dict[str, Name]
    words: List[str]
    subject: Dict[str, int]
    shorthand: Dict[str, str]
    buttons: Dict[str, str]


def tables(knowledge: Knowledge, subject_texts: List[str]) -> Tables:
    """The tables for this knowledge and these training texts."""
    right = set(yaml_lines.read(RIGHT_WORDS_FILE)[0])
    dictionary = _dictionary() | right
    fact_words = count_words(
        [answer.text for answer in knowledge.answers.values()]
        + [fact.text for force in knowledge.forces.values() for fact in force.facts.values()])
    subject = count_words(subject_texts)
    places = load_place_files()
    for unknown in misspelt_forces(knowledge, places):
        log.warning("data/knowledge/%s: there is no such force, so its places are left out. Check the spelling", unknown)
    all_names = names(knowledge, places)
    known = (right | {word for word, count in fact_words.items() if count > 1} | _often_written(subject, dictionary)
             | {word for name in all_names for word in name.split()})
    return Tables(all_names, sorted(known - _dictionary()), subject, yaml_lines.read(SHORTHAND_FILE)[0],
                  _buttons(knowledge))


def _buttons(knowledge: Knowledge) -> Dict[str, str]:
    particular = {point.question: named(topic, name) for topic, points in knowledge.points.items() for name, point in points.items()
                  if point.question}
    return {**particular, **{answer.question: topic for topic, answer in knowledge.answers.items()}}


def _topic(name: Optional[str]) -> Optional[str]:
    return parted(name)[0] if name else None


def reader(tables: Tables) -> Reader:
    """The reader that these tables make."""
    speller = Speller(_dictionary() | set(tables.words), tables.subject, tables.shorthand)
    return Reader(Gazetteer(tables.names, speller), speller, tables.buttons)


def build(knowledge: Knowledge, subject_texts: List[str]) -> Reader:
    """The reader for this knowledge and these training texts."""
    return reader(tables(knowledge, subject_texts))


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


@lru_cache(maxsize=1)
def _dictionary() -> FrozenSet[str]:
    """English words, and the whole words of the encoder's vocabulary: what it needs no help with."""
    vocabulary = json.loads(TOKENIZER_FILE.read_text(encoding="utf-8"))["model"]["vocab"]
    whole = {word for word in vocabulary if word.isalpha() and len(word) > 1} | {"i", "a"}
    return frozenset(whole | set(SpellChecker(language="en").word_frequency.words()))
