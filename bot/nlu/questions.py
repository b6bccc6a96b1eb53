"""Which questions a message asks, in order: the whole and its parts weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Sequence, Tuple

import numpy as np

from bot.nlu.reading import Reading

# A part speaks for itself only when it is this sure: about one single question in forty is then
# taken for two, and four pairs in five are heard as both.
SURE_PART = 0.55
# Below this the whole is 'unclear', and the likeliest topics are offered instead.
UNCLEAR_BELOW = 0.15
# From this many words on a message is a story, and its question may drown in it.
STORY_WORDS = 22
MOST_QUESTIONS = 3
# Topics that are never one of several questions: they colour a message, they don't ask.
NO_QUESTION = frozenset({"greet", "goodbye", "thanks", "affirm", "deny", "unclear", "out_of_scope", "set_force",
                         "emergency"})


@dataclass(frozen=True)
class Question:
    """One thing asked. `part` is its index in the reading's parts, -1 for the whole."""

    topic: str
    confidence: float
    part: int = -1


def find(reading: Reading, labels: Sequence[str], probabilities: np.ndarray) -> Tuple[List[Question], np.ndarray]:
    """Questions of a message and the ranking of topics for the whole.

    `probabilities` has one row for the whole and one for each part. Returns at least one
    question, whose topic is 'unclear' where none is sure enough.
    """
    whole = probabilities[0]
    several = _several(reading, labels, probabilities[1:])
    if len(several) > 1:
        return several, whole
    ranking = _story(reading, labels, probabilities) if len(reading.text.split()) >= STORY_WORDS else whole
    best = int(ranking.argmax())
    topic, confidence = labels[best], float(ranking[best])
    if confidence < UNCLEAR_BELOW:
        topic = "unclear"
    return [Question(topic, confidence)], ranking


def _several(reading: Reading, labels: Sequence[str], rows: np.ndarray) -> List[Question]:
    found: List[Question] = []
    for index, (part, row) in enumerate(zip(reading.parts, rows)):
        best = int(row.argmax())
        question = Question(labels[best], float(row[best]), index)
        if not part.is_question or question.confidence < SURE_PART or question.topic in NO_QUESTION:
            continue
        if question.topic not in [earlier.topic for earlier in found]:
            found.append(question)
    return found[:MOST_QUESTIONS]


def _story(reading: Reading, labels: Sequence[str], probabilities: np.ndarray) -> np.ndarray:
    """In a story the question counts as much as all that leads up to it."""
    asked = [row for part, row in zip(reading.parts, probabilities[1:])
             if part.is_question and labels[int(row.argmax())] not in NO_QUESTION]
    if not asked:
        return probabilities[0]
    surest = max(asked, key=lambda row: float(row.max()))
    return (probabilities[0] + surest) / 2
