"""Which questions a message asks, in order: the whole and its parts weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from bot.nlu.reading import Part, Reading
from knowledge.topics import NO_QUESTION

# Below this the whole is 'unclear', and the likeliest topics are offered instead.
UNCLEAR_BELOW = 0.15
# From this many words on a message is a story, and its question may drown in it.
STORY_WORDS = 22
MOST_QUESTIONS = 3
# From here on the whole is so clear that it isn't cut in two where nothing parts it.
CLEAR_WHOLE = 0.999
# By how much a part that only tells is less of a question where one other part asks: 'a PCSO took my bike. can I complain'.
TOLD_BESIDE = 3.0
# What people tell before they ask: 'our house got burgled and a PCSO came round, do they always do that'.
TOLD = frozenset({"contact_report_crime", "recruitment_apply"})
# How sure the whole has to be of what is asked in the end.
_TOLD_WHERE_WHOLE = 0.5
_LONG_PART_WORDS = 12
# How sure a part has to be of what it asks, beside a place that the whole is about.
SURE_BESIDE_A_PLACE = 0.5


class Weights(NamedTuple):
    """What speaks for a part being a question of its own; above zero it is one.

    `sure` and `backed` weigh the log-odds of the part's topic in the part and in the whole.
    Logistic regressions over the questions of data/evaluation, moved two towards hearing a
    second question: saying too much costs a line, an ignored question a person's time.
    """

    sure: float
    backed: float
    asks: float
    long: float
    story: float
    base: float

    def score(self, part: Part, confidence: float, in_whole: float, is_story: bool) -> float:
        """Log-odds that `part` is a question of its own."""
        return (self.sure * _log_odds(confidence) + self.backed * _log_odds(in_whole) + self.asks * part.is_question
                + self.long * min(len(part.text.split()) / _LONG_PART_WORDS, 1.0) + self.story * is_story + self.base)


PARTS = Weights(sure=0.97, backed=0.25, asks=2.13, long=1.77, story=-0.85, base=-2.78)
LOOSE = Weights(sure=0.87, backed=0.29, asks=0.06, long=-0.19, story=0.38, base=-1.25)


@dataclass(frozen=True)
class Question:
    """One thing asked. `part` is the stretch that asks it, None for the whole message; `row` is where it stands in `reading.texts`."""

    topic: str
    confidence: float
    part: Optional[Part] = None
    row: int = 0


def needs_cuts(reading: Reading, whole: np.ndarray) -> bool:
    """Whether the pieces of loose cuts are looked at. `whole`: probabilities of the whole message, shape (labels,)."""
    return bool(reading.loose_cuts) and float(whole.max()) < CLEAR_WHOLE


def find(reading: Reading, labels: Sequence[str], probabilities: np.ndarray) -> Tuple[List[Question], np.ndarray]:
    """Questions of a message and the ranking of topics for the whole.

    `probabilities` has a row for each of `reading.texts`, those of loose cuts where `needs_cuts`. Returns at least one question,
    whose topic is 'unclear' where none is sure enough.
    """
    whole = probabilities[0]
    is_story = len(reading.text.split()) >= STORY_WORDS
    several = _without_told(_several(reading, labels, probabilities, is_story), surest(labels, whole))
    if len(several) > 1:
        return several, whole
    ranking = _story(reading, labels, probabilities) if is_story else whole
    found = surest(labels, ranking)
    return [_beside_a_place(reading, labels, probabilities) or found if found.topic == "set_force" else found], ranking


def _beside_a_place(reading: Reading, labels: Sequence[str], probabilities: np.ndarray) -> Optional[Question]:
    """The surest part that asks, where the whole only says where they are: 'we're in Stockport. who decides where they go?'"""
    asked = [Question(labels[int(row.argmax())], float(row.max()), part, number)
             for number, (part, row) in enumerate(zip(reading.parts, probabilities[1:], strict=False), 1) if part.is_question]
    sure = [question for question in asked if question.confidence >= SURE_BESIDE_A_PLACE and question.topic not in NO_QUESTION]
    return max(sure, key=lambda question: question.confidence, default=None)


def surest(labels: Sequence[str], ranking: np.ndarray) -> Question:
    """The likeliest topic, or 'unclear' where none is likely enough. `ranking` has shape (labels,)."""
    best = int(ranking.argmax())
    confidence = float(ranking[best])
    return Question(labels[best] if confidence >= UNCLEAR_BELOW else "unclear", confidence)


def _several(reading: Reading, labels: Sequence[str], probabilities: np.ndarray, is_story: bool) -> List[Question]:
    """The questions of the parts, or of the best loose cut; empty where there are no two."""
    whole, begins = probabilities[0], 1
    best: List[Question] = []
    best_score = 0.0
    groups = [(reading.parts, PARTS)] if reading.parts else [(cut, LOOSE) for cut in reading.loose_cuts]
    for pieces, weights in groups:
        found: Dict[str, Tuple[float, int, Question]] = {}
        one_asks = sum(part.is_question for part in pieces) == 1
        # The rows of further cuts follow; those of loose cuts are there only where `needs_cuts`.
        for index, (part, row) in enumerate(zip(pieces, probabilities[begins:], strict=False), begins):
            top = int(row.argmax())
            score = weights.score(part, float(row[top]), float(whole[top]), is_story) - TOLD_BESIDE * (part.is_told and one_asks)
            # Of several parts about one topic the one that asks counts: what leads up to it may stand before another question.
            if score > found.get(labels[top], (0.0,))[0] and labels[top] not in NO_QUESTION:
                found[labels[top]] = (score, index, Question(labels[top], float(row[top]), part, index))
        begins += len(pieces)
        least = min((score for score, _, _ in found.values()), default=0.0)
        if len(found) > 1 and least > best_score:
            best, best_score = [question for _, _, question in sorted(found.values(), key=lambda item: item[1])], least
    return best[:MOST_QUESTIONS]


def _without_told(found: List[Question], whole: Question) -> List[Question]:
    """Leaves out what is only told, where the whole is about what is asked after it."""
    if whole.confidence < _TOLD_WHERE_WHOLE:
        return found
    asked = [index for index, question in enumerate(found) if question.topic == whole.topic and question.part.is_question]
    return [question for index, question in enumerate(found)
            if question.topic not in TOLD or question.part.is_question or index > max(asked, default=-1)]


def _story(reading: Reading, labels: Sequence[str], probabilities: np.ndarray) -> np.ndarray:
    """In a story the question counts as much as all that leads up to it."""
    asked = [row for part, row in zip(reading.parts, probabilities[1:], strict=False)  # loose cuts may follow
             if part.is_question and labels[int(row.argmax())] not in NO_QUESTION]
    if not asked:
        return probabilities[0]
    clearest = max(asked, key=lambda row: float(row.max()))
    return (probabilities[0] + clearest) / 2


def _log_odds(probability: float) -> float:
    # A thousandth added on both sides: certainty is worth seven, not infinity.
    return float(np.log(probability + 1e-3) - np.log(1 - probability + 1e-3))
