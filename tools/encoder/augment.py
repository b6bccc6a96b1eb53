"""Examples made harder while the encoder is tuned: words missing, talk around the question, two questions in one message."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import List

from knowledge.topics import ABOUT_THE_ANSWER, COURTESIES

LEAD_INS: List[str] = (Path(__file__).resolve().parent / "lead_ins.txt").read_text(encoding="utf-8").split("\n")[:-1]
DROPPING, DROPPED_WORDS, FEWEST_TO_DROP_FROM = 0.3, 0.1, 7
TALKING, TALKING_AFTER, LONGEST_WITH_TALK = 0.25, 0.3, 39
# Topics that are nothing but their few words: with talk around them they would be something else.
NO_TALK = COURTESIES | ABOUT_THE_ANSWER | {"unclear", "set_force"}
JOINTS = (" and ", " and ", " and ", " and also ", " also ", " plus ", " & ", " n ", ". ", ". ", "? ", "? ", "?? ", ", ", ", ", " ",
          " oh and ", " - ", "\n")
LONGEST_IN_PAIR = 30
# 'can they search me' + 'can they take my vape': people say the opening once.
_OPENING = re.compile(r"(?:can|could|do|does|are|is|will|would|should|what|what's|whats|how|who|where|when)\s+(?:\w+\s+){1,2}",
                      re.IGNORECASE)
SAID_ONCE = 0.5


def augment(text: str, intent: str, rng: random.Random) -> str:
    """`text` as it is, or with a word in ten left out, or with small talk around it, or both."""
    words = text.split()
    if len(words) >= FEWEST_TO_DROP_FROM and rng.random() < DROPPING:
        text = " ".join(word for word in words if rng.random() > DROPPED_WORDS) or text
    if intent not in NO_TALK and len(words) <= LONGEST_WITH_TALK and rng.random() < TALKING:
        before = rng.sample(LEAD_INS, rng.choice([1, 1, 2]))
        after = rng.sample(LEAD_INS, 1) if rng.random() < TALKING_AFTER else []
        text = " ".join([*before, text, *after])
    return text


def pair(first: str, second: str, rng: random.Random) -> str:
    """Both as one message, as people join two questions."""
    opening = _OPENING.match(first)
    if opening and second.lower().startswith(opening.group().lower()) and rng.random() < SAID_ONCE:
        second = second[opening.end():]
    return first.rstrip(" .?!,") + rng.choice(JOINTS) + second
