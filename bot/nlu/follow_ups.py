"""What a short message means after a question, as examples: those of data/follow_ups/, and ones made of plain examples."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Iterator, List, NamedTuple, Sequence, Tuple

from bot.nlu import following
from bot.nlu.reading import ROOT
from knowledge import yaml_lines

FOLDER = ROOT / "data" / "follow_ups"
# So many examples that say themselves what they ask are put behind a question about something else:
# what is learnt from is to be as often 'cuffs?' after a question about pay as 'how much' after one about fines.
PLAIN = 3000
# Danger has a detector of its own; what is unclear alone ('how long') is what a thread makes clear.
NOT_PLAIN = frozenset({"emergency", "unclear"})
SEED = 20261129


class FollowUp(NamedTuple):
    """`text`, typed after an answer about `last`, is about `topic`."""

    last: str
    text: str
    topic: str


def written(folder: Path = FOLDER) -> Iterator[FollowUp]:
    """Those of the folder's files. Raises `ValueError` for anything but lists of texts."""
    for file in sorted(folder.glob("*.yml")):
        for last, topics in (yaml_lines.read(file)[0] or {}).items():
            for topic, texts in topics.items():
                if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                    raise ValueError(f"{file}: below {last}, {topic} needs a list of texts ('- how long'); put quotes around a number or a yes.")
                yield from (FollowUp(last, text, topic) for text in texts)


def plain(examples: Sequence[Tuple[str, str]], lasts: Sequence[str], most: int = PLAIN) -> List[FollowUp]:
    """Of the (intent, text) pairs at most `most` short ones, each after a topic of `lasts` by chance; the same ones each time."""
    rng = random.Random(SEED)
    short = [(intent, text) for intent, text in examples if len(text.split()) <= following.LONGEST_WORDS and intent not in NOT_PLAIN]
    return [FollowUp(rng.choice(lasts), text, intent) for intent, text in rng.sample(short, min(most, len(short)))] if lasts else []
