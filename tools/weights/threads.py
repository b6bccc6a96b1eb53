"""What a short message means after a question, where it is known what was asked before."""

from __future__ import annotations

from typing import Any, List, Sequence, Tuple

import numpy as np

from bot.nlu import thread_weights
from bot.nlu.other_languages import EMERGENCY
from bot.nlu.thread_weights import Weights, follow
from tools.weights.constants import Constants
from tools.weights.decision import Count, Decision, count
from tools.weights.fits import conditional_logit
from tools.weights.talks import Seen

THREADS = Constants(thread_weights, [f"WITH_STORY.{field}" for field in Weights._fields])


def _leaning(seen: Sequence[Seen]) -> List[Tuple[Seen, Tuple[Any, ...]]]:
    """Follow-ups with a story that are about a topic, and what `follow` is asked about them: text, labels, alone, in_thread, in_story,
    last."""
    return [(one, one.heard.leans) for one in seen if one.heard.leans and one.heard.leans[4] is not None and one.question.topics
            and EMERGENCY not in one.question.topics and one.question.emergency != "yes"]


def fit(seen: Sequence[Seen]) -> np.ndarray:
    """A conditional logit over the topics, danger aside, which `follow` never chooses."""
    leaning = [asked for _, asked in _leaning(seen)]
    labels = [label for label in leaning[0][1] if label != EMERGENCY]
    rows = [leaning[0][1].index(label) for label in labels]
    features = THREADS.features(lambda: np.log(np.stack([follow(*asked) for asked in leaning])[:, rows]))
    right = np.array([[label in one.question.topics for label in labels] for one, _ in _leaning(seen)])
    return conditional_logit(features, right)


def counts(seen: Sequence[Seen]) -> List[Count]:
    """Follow-ups that are taken for what they mean."""
    return [count("follow-ups that lean", [asked[1][int(follow(*asked).argmax())] in one.question.topics
                                           for one, asked in _leaning(seen)])]


DECISIONS = {"threads": Decision("What leans on the question before it, and on their story", THREADS, fit, counts)}
