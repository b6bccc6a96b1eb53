"""What a short message means after a question: 'how much' after fines is no question about pay.

Unless it is clear by itself, the message is read three times: alone, behind the last topic's own question by a head that has learnt
from follow-ups (data/follow_ups/), and behind what they asked before, as one story. A topic has to be likely each way; the last one
starts ahead, unless that was corrected.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional, Sequence

import numpy as np

from bot.nlu import parts
from knowledge.topics import ABOUT_THE_ANSWER, STANDS_ALONE

LONGEST_WORDS = 16
# From here on the thread has no say.
CLEAR_ALONE = 0.999
# Nor where it is as good as sure that somebody greets, thanks or names a place.
STANDS_ALONE_FROM = 0.9
NEVER_ALONE, NEVER_IN_THREAD = 1e-6, 1e-3
# 'Who told u that', 'pointless': about the answer, whatever it was, though the topic it was on starts ahead.
ABOUT_THE_ANSWER_FROM = 0.5
# 'hgfd' means as little after a question as before one.
SURELY_UNCLEAR = 0.9
# 'no', 'not really'; but 'what if we wasn't doing nothing' goes on.
LONGEST_DENIAL = 2
_GOES_ON = re.compile(r"^\W*(?:and|what about|how about|also|same|but|so|or|if|ok|then|what if)\b", re.IGNORECASE)


class Weights(NamedTuple):
    """What the readings weigh, and by how much the last topic starts ahead, more so after 'and' and for what only tells a detail ('it was
    only a caution'): conditional logits over the follow-ups of data/evaluation that may be read."""

    alone: float
    in_thread: float
    in_story: float
    same_topic: float
    goes_on: float


# The story names what was talked of, so that the last topic needs no start of its own.
WITH_STORY = Weights(alone=0.35, in_thread=0.45, in_story=0.39, same_topic=0.58, goes_on=1.18)
WITHOUT_STORY = Weights(alone=0.24, in_thread=1.25, in_story=0.0, same_topic=1.2, goes_on=0.6)


def leans(text: str, labels: Sequence[str], alone: np.ndarray) -> bool:
    """Whether what came before has a say in what `text` means. `alone`: probabilities of `labels` for the text by itself."""
    surest, sure, words = labels[int(alone.argmax())], float(alone.max()), len(text.split())
    clear = sure >= CLEAR_ALONE and not parts.tells_of_a_case(text)  # 'for possession of weed' is a detail, however clear its words
    stands_alone = surest in STANDS_ALONE and sure >= (ABOUT_THE_ANSWER_FROM if surest in ABOUT_THE_ANSWER else STANDS_ALONE_FROM)
    if words > LONGEST_WORDS or clear or stands_alone:
        return False
    if surest == "deny":
        return words > LONGEST_DENIAL
    return surest != "unclear" or sure < SURELY_UNCLEAR or bool(_GOES_ON.search(text))


def follow(text: str, labels: Sequence[str], alone: np.ndarray, in_thread: np.ndarray, in_story: Optional[np.ndarray],
           last: Optional[str]) -> np.ndarray:
    """Probabilities of `labels` for `text`, which leans on a question about `last` (None where that was corrected). Shape of all
    arrays: (labels,).

    `alone`, `in_thread` and `in_story` are the probabilities of the text by itself, behind the last topic's question, and behind what
    they asked before (None where that isn't known).
    """
    weights = WITHOUT_STORY if in_story is None else WITH_STORY
    scores = weights.alone * np.log(alone + NEVER_ALONE) + weights.in_thread * np.log(in_thread + NEVER_IN_THREAD)
    if in_story is not None:
        scores += weights.in_story * np.log(in_story + NEVER_IN_THREAD)
    for index, label in enumerate(labels):
        if label == "emergency":
            scores[index] = -np.inf  # danger has a detector of its own
        elif label == last:
            scores[index] += weights.same_topic + weights.goes_on * (bool(_GOES_ON.search(text)) or parts.tells_of_a_case(text))
    powers = np.exp(scores - scores.max())  # scipy isn't in the environment where the console's tests read this
    return powers / powers.sum()
