"""Cuts a message into parts that may each be a question of their own."""

from __future__ import annotations

import re
from typing import List

# Where one question may end and another begin. A cut costs nothing: the classifier
# decides afterwards whether the parts say different things.
_SENTENCE_END = re.compile(r"(?<=[.?!;\n])\s+|\s+[-–—]\s+|\s*…\s*|\.\.+\s*")
_JOINT = re.compile(
    r"\s*,?\s+(?:and|also|plus|oh|but|or|n|&)\s+(?:also\s+|then\s+)?(?="
    r"(?:what|whats|when|where|who|why|how|hows|which|can|could|do|does|did|is|are|will|would|should|has|have|am|must|may|any|if|"
    r"tell|also|are|wot|wat|wen|i want|i need|i would|id like)\b)|"
    r"\s*,\s*(?:and\s+)?(?=(?:what|whats|when|where|who|why|how|hows|which|can|could|do|does|is|are|will|would|should|also)\b)",
    re.IGNORECASE)
_QUESTION = re.compile(
    r"\?|^\W*(?:(?:so|and|but|also|ok|hi|hello|hey|please|sorry|excuse me|just|basically|well|right|oh|btw|plus|then|or)\W+)*"
    r"(?:what|whats|wots|when|whens|where|wheres|who|whos|why|how|hows|which|can|could|do|does|did|is|are|will|would|should|has|have|am|"
    r"must|may|any|wot|wat|wen|tell me|explain|need to know|want to know|wondering|anyone know|is it|are they)\b",
    re.IGNORECASE)
_VERBS = {"can", "could", "do", "does", "did", "is", "are", "will", "would", "should"}
_SUBJECTS = {"they", "i", "we", "you", "he", "she", "it", "pcsos", "csos", "a", "the", "them", "u"}
# Words after which a verb and subject go on with the same question.
_LEADS = {"what", "whats", "when", "where", "who", "why", "how", "which", "and", "or", "if", "that", "know", "wot", "wat", "wen", "much",
          "many", "long", "far", "often", "old", "what's", "else", "powers", "things", "stuff", "kind", "time", "not", "but", "than", "as",
          "to", "of", "for", "in", "on", "with", "by", "from", "because", "cos", "who's", "there", "this"}
_FEWEST_RUN_ON = 3
_POINTS_BACK = re.compile(r"\b(?:that|it|this|those|these|so)\b", re.IGNORECASE)
_LONGEST_LEANING = 6
FEWEST_WORDS = 2
MOST_PARTS = 12


def split(text: str) -> List[str]:
    """Parts of `text` in order, or an empty list where there is but one.

    >>> split("what do they earn and do I need to drive?")
    ['what do they earn', 'do I need to drive?']
    """
    parts: List[str] = []
    for sentence in _SENTENCE_END.split(text):
        for part in (piece for joined in _JOINT.split(sentence) for piece in _run_on(joined)):
            part = part.strip(" ,;-–—")
            if not part:
                continue
            if parts and (len(part.split()) < FEWEST_WORDS or _leans_on(parts[-1], part)):
                parts[-1] = f"{parts[-1]} {part}"
            else:
                parts.append(part)
    return parts[-MOST_PARTS:] if len(parts) > 1 else []


def _run_on(text: str) -> List[str]:
    """'can they nick me can they search me' → both: a new verb and subject where none can follow."""
    words = text.split()
    lower = [word.lower().strip(",.;") for word in words]
    for index in range(_FEWEST_RUN_ON, len(words) - 2):
        if lower[index] in _VERBS and lower[index + 1] in _SUBJECTS and lower[index - 1] not in _LEADS:
            return [" ".join(words[:index]), *_run_on(" ".join(words[index:]))]
    return [text]


def _leans_on(before: str, part: str) -> bool:
    """'I have arthritis in one hip, would that be a problem?': the question means nothing alone."""
    short = len(part.split()) <= _LONGEST_LEANING
    return short and bool(_POINTS_BACK.search(part)) and is_question(part) and not is_question(before)


def is_question(part: str) -> bool:
    """Whether `part` is put as a question or a request to be told something."""
    return bool(_QUESTION.search(part.strip()))
