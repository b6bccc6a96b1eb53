"""What a short message means after a question, as examples made of plain ones and of phrases, beside those of data/follow_ups/."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Dict, Iterable, List, Sequence, Tuple

from bot.nlu import thread_weights
from knowledge.phrase_text import Phrase
from knowledge.taught import FollowUp

# So many examples of each topic, which say themselves what they ask, are put behind a question about something else:
# what is learnt from is to be as often 'cuffs?' after a question about pay as 'how much' after one about fines. A new
# topic with few examples has each of them behind several, so that it is heard in a thread from its first day.
PLAIN_EACH = 45
# Danger breaks into any talk, so there is more of it.
DANGEROUS = 2500
# What is unclear alone ('how long') is what a thread makes clear.
NOT_PLAIN = frozenset({"unclear"})
SEED = 20261129


def plain(examples: Sequence[Tuple[str, str]], lasts: Sequence[str]) -> List[FollowUp]:
    """Short ones of the (intent, text) pairs, as many of each intent (more of danger), each after one of `lasts` by chance.

    The same ones each time.
    """
    rng = random.Random(SEED)
    short: Dict[str, List[str]] = {}
    for intent, text in examples:
        if lasts and intent not in NOT_PLAIN and len(text.split()) <= thread_weights.LONGEST_WORDS:
            short.setdefault(intent, []).append(text)
    made = []
    for intent, texts in short.items():
        number = DANGEROUS if intent == "emergency" else PLAIN_EACH
        made += [FollowUp(rng.choice(lasts), text, intent) for text in rng.sample(texts, min(number, len(texts)))]
        made += [FollowUp(rng.choice(lasts), rng.choice(texts), intent) for _ in range(PLAIN_EACH - len(texts))]
    return made


def beside(phrases: Iterable[Phrase]) -> List[FollowUp]:
    """What leans on a topic and asks a point of it, each after another point of that topic by chance: the talk goes from one to the next.

    The same ones each time.
    """
    rng = random.Random(SEED)
    leaning: Dict[str, List[Phrase]] = defaultdict(list)
    for phrase in phrases:
        if phrase.leans:
            leaning[phrase.topic].append(phrase)
    made = []
    for topic, texts in leaning.items():
        names = sorted({phrase.name for phrase in texts})
        for phrase in texts:
            others = [name for name in names if name != phrase.name]
            if others:
                made.append(FollowUp(rng.choice(others), phrase.text, topic))
    return made
