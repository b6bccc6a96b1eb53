"""How danger is weighed: in a first message, and in a short one after a question. Both in English."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np

from bot.nlu import danger
from bot.nlu.other_languages import EMERGENCY
from tools.weights.constants import Constants
from tools.weights.decision import Count, Decision, count
from tools.weights.fits import logistic
from tools.weights.talks import Seen

# A missed danger is worse than a needless 999; what is told flatly has few examples (docs/decisions/0004).
DANGER_COUNTS, TROUBLES_COUNT = 4.0, 3.0
TROUBLES = "troubles.yml"

# `TOLD_MID_TALK_WEIGHS` isn't among them: nothing of a first message is told in the middle of a talk.
ALONE = Constants(danger, ("HEADS_WEIGH", "MARGIN_WEIGHS", "RIVAL_WEIGHS", "KIND_WEIGHS", "WORDED.alarm", "WORDED.not_now",
                           "WORDED.short", "LENGTH_WEIGHS", "BASE"))
MID_TALK = Constants(danger, ("MID_TALK_MARGIN_WEIGHS", "MID_TALK_BEHIND_WEIGHS", "MID_TALK_WORDED.alarm",
                              "MID_TALK_WORDED.not_now", "MID_TALK_WORDED.short", "MID_TALK_BASE"))
# A question and what `decide` or `decide_mid_talk` is asked about it.
Case = Tuple[Seen, Tuple[Any, ...]]


def _fit(constants: Constants, score: Callable[..., float], cases: Sequence[Case]) -> np.ndarray:
    """A logistic regression over all but what is settled, whatever else is known."""
    open_ones = [(one, asked) for one, asked in cases if not asked[0].settled]
    features = constants.features(lambda: np.array([score(*asked) for _, asked in open_ones]))
    return logistic(features, np.array([_is_danger(one) for one, _ in open_ones]), np.array([_counts_for(one) for one, _ in open_ones]))


def _is_danger(one: Seen) -> bool:
    return one.question.emergency == "yes"


def _counts_for(one: Seen) -> float:
    return TROUBLES_COUNT if one.question.file == TROUBLES else DANGER_COUNTS if _is_danger(one) else 1.0


def _judged(decide: Callable[..., str], cases: Sequence[Case], kinds: Dict[str, Callable[[Seen], bool]]) -> List[Count]:
    """Of each of `kinds` (what is right of it → which messages are): 999 is right where danger is, and wrong elsewhere."""
    right = [(one, (decide(*asked) == EMERGENCY) == _is_danger(one)) for one, asked in cases]
    return [count(label, [ok for one, ok in right if belongs(one)]) for label, belongs in kinds.items()]


def _first(seen: Sequence[Seen]) -> List[Case]:
    return [(one, one.heard.alone) for one in seen if one.heard.alone and not one.question.follow_up and not one.by_chance
            and one.question.emergency != "maybe"]


def _short_after_a_question(seen: Sequence[Seen]) -> List[Case]:
    return [(one, one.heard.mid_talk) for one in seen if one.heard.mid_talk and one.question.emergency != "maybe"]


_FIRST_MESSAGES = {
    "danger heard": _is_danger,
    "no 999 where no danger is": lambda one: not _is_danger(one),
    "troubles.yml: danger heard": lambda one: one.question.file == TROUBLES and _is_danger(one),
    "troubles.yml: no 999": lambda one: one.question.file == TROUBLES and not _is_danger(one),
}
_SHORT_MESSAGES = {
    "danger heard, said in a talk": lambda one: _is_danger(one) and not one.by_chance,
    "danger heard, put behind a question": lambda one: one.by_chance,
    "no 999 where no danger is": lambda one: not _is_danger(one),
}
DECISIONS = {
    "danger": Decision("Danger in a first message", ALONE,
                       lambda seen: _fit(ALONE, danger.score, _first(seen)),
                       lambda seen: _judged(danger.decide, _first(seen), _FIRST_MESSAGES)),
    "mid_talk": Decision("Danger in a short message after a question", MID_TALK,
                         lambda seen: _fit(MID_TALK, danger.score_mid_talk, _short_after_a_question(seen)),
                         lambda seen: _judged(danger.decide_mid_talk, _short_after_a_question(seen), _SHORT_MESSAGES)),
}
