"""What a short message means after a question: 'how much' after fines is no question about pay.

Unless it is clear by itself, the message is read twice, alone and behind the last topic's own question
('Can a PCSO give me a fine? how much'). A topic has to be likely both ways; the last one and its group start ahead.
"""

from __future__ import annotations

import re
from typing import Sequence

import numpy as np

LONGEST_WORDS = 10
# Chosen on the follow-ups of data/evaluation, without the lots that nobody reads.
IN_THREAD_WEIGHS = 1.0
# What is sure of its topic by itself leans less ('no i meant can they give me a fine'), and from here on not at all.
CLEAR_ALONE = 0.97
SURE_ALONE, IN_THREAD_WEIGHS_WHERE_SURE = 0.85, 0.7
SAME_TOPIC, SAME_GROUP, GOES_ON = 1.0, 2.0, 0.7
NEVER_ALONE, NEVER_IN_THREAD = 1e-6, 1e-3
# 'hgfd' means as little after a question as before one.
SURELY_UNCLEAR = 0.6
GROUPS_THAT_HOLD = frozenset({"role", "duties", "powers", "recruitment", "contact"})
# Said of places or of forces, so that what came before decides nothing; actions/thread.py knows what they mean.
STANDS_ALONE = frozenset({"set_force", "force_for_place", "force_list", "force_compare", "greet", "goodbye", "thanks", "affirm",
                          "bot_identity", "bot_help", "bot_privacy"})
# 'no', 'not really'; but 'what if we wasn't doing nothing' goes on.
LONGEST_DENIAL = 2
_GOES_ON = re.compile(r"^\W*(?:and|what about|how about|also|same|but|so|or|if|ok|then|what if)\b", re.IGNORECASE)
_NOT_GONE_ON_WITH = frozenset({"unclear", "affirm", "deny"})


def leans(text: str, labels: Sequence[str], alone: np.ndarray) -> bool:
    """Whether what came before has a say in what `text` means. `alone`: probabilities of `labels` for the text by itself."""
    surest, words = labels[int(alone.argmax())], len(text.split())
    if words > LONGEST_WORDS or alone.max() >= CLEAR_ALONE or surest in STANDS_ALONE:
        return False
    if surest == "deny":
        return words > LONGEST_DENIAL
    return surest != "unclear" or alone.max() < SURELY_UNCLEAR or bool(_GOES_ON.search(text))


def follow(text: str, labels: Sequence[str], alone: np.ndarray, in_thread: np.ndarray, last: str) -> np.ndarray:
    """Probabilities of `labels` for `text`, which leans on a question about `last`; all arrays have shape (labels,).

    `alone` and `in_thread` are the probabilities of the text by itself and behind the last topic's question.
    """
    goes_on = bool(_GOES_ON.search(text))
    weight = IN_THREAD_WEIGHS_WHERE_SURE if alone.max() >= SURE_ALONE else IN_THREAD_WEIGHS
    scores = np.log(alone + NEVER_ALONE) + weight * np.log(in_thread + NEVER_IN_THREAD)
    group = last.split("_")[0]
    for index, label in enumerate(labels):
        if label == "emergency" or goes_on and label in _NOT_GONE_ON_WITH:
            scores[index] = -np.inf  # danger has a detector of its own
        elif label == last:
            scores[index] += SAME_TOPIC + goes_on * GOES_ON
        elif group in GROUPS_THAT_HOLD and label.startswith(f"{group}_"):
            scores[index] += SAME_GROUP + goes_on * GOES_ON
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()
