"""How sure one must be that somebody is in danger: two heads that know nothing else, and the sum of all that is heard.

docs/decisions/0004-emergencies.md has what was compared.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import List, NamedTuple, Sequence, Text

import numpy as np
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

import safety
from bot.nlu import heads, joint
from bot.nlu.encoder import vectors_of
from bot.nlu.joint import JointHead
from bot.nlu.other_languages import EMERGENCY, OTHER
from bot.nlu.reader import MEANT, POINT, reading_of

PERHAPS, NONE = "perhaps", "none"
# A few words that no pattern knows ('helo', 'under lyme', 'and the shed') tell the heads too little.
TOO_SHORT_WORDS = 3


class Worded(NamedTuple):
    """What the words weigh beside the heads: an alarm; told as past, supposed or in general; too few of them."""

    alarm: float
    not_now: float
    short: float

    def score(self, alarm: safety.Alarm, words: int) -> float:
        """Log-odds for a message of so many words."""
        return (self.alarm * (alarm.level == EMERGENCY) + self.not_now * (bool(alarm.why) and alarm.about != "now")
                + self.short * (alarm.level == NONE and words <= TOO_SHORT_WORDS))


# Evidence in log-odds: a logistic regression over the emergencies and harmless messages of data/evaluation
# that may be read, an emergency counted four times, one told flatly and the trouble beside it (troubles.yml) three times.
HEADS_WEIGH = 1.0
# Beside the topics' heads one that knows danger and nothing else, from all examples of both sides.
MARGIN_WEIGHS = 0.39
# The surer another topic is, the less a worried word beside it counts: 'do they wear armour? I shan't sleep'.
RIVAL_WEIGHS = -0.2
# A danger that is of one kind (fire, a fall, a weapon) is likelier one than what only sounds like many.
KIND_WEIGHS = 0.54
WORDED = Worded(alarm=1.17, not_now=-0.65, short=-1.72)
# For each factor of e in the number of words: whoever is in danger doesn't write at length.
LENGTH_WEIGHS = -0.43
# Of up to so many words a message is weighed behind the question before it: the weights for that were fitted to such.
LONGEST_BEHIND = 12
# Told at length (`LONGEST_BEHIND`) in the middle of a talk, where people tell much.
TOLD_MID_TALK_WEIGHS = -1.0
# Where the head that knows danger alone is so sure, nothing silences it: a danger told in one clause beside a plain question.
SURE_OF_DANGER = 0.5
# So high that recall comes first: a needless 999 costs a line, a missed one a life.
BASE = 3.32
# The same for a short message after a question, fitted to dangers put behind questions about anything and to what people did say
# there: the topics' heads add nothing to two that know danger alone, one of which has read what the message leans on.
MID_TALK_BASE, MID_TALK_MARGIN_WEIGHS, MID_TALK_BEHIND_WEIGHS = 2.68, 2.59, 0.54
MID_TALK_WORDED = Worded(alarm=1.53, not_now=-1.86, short=-4.0)
# Below this margin, where no word alarms, it isn't read behind the question, but taken for this far from danger there.
READ_BEHIND_FROM, NOT_READ = -1.8, -1.5
# From here on the reply starts with 'if this is happening now, call 999'; from zero on it is 999.
PERHAPS_FROM = -2.5
# Nor is it a word of danger alone, where all else speaks so much against it: 'bike patrol must kill your knees'.
WORDS_ALONE_FROM = -4.0
# The same for other languages, where there is one head (chosen on the even half of data/evaluation/voices_languages.yml).
FOREIGN_BASE, FOREIGN_PERHAPS_FROM = 0.7, -1.5
FOREIGN_PHRASES_WEIGH = {EMERGENCY: 1.0, PERHAPS: 0.5, NONE: 0.0}
# In up to four words ('quero morrer') letters tell little, and a phrase is nearly all that is said.
FOREIGN_FEW_WORDS, FOREIGN_IN_FEW_WORDS_WEIGHS = 4, 2.0


class DangerHeads:
    """Two margins between danger and all else: of a message alone, and of one behind the question before it."""

    def __init__(self, alone: JointHead, behind: JointHead):
        self._alone = alone
        self._behind = behind

    @classmethod
    def fit(cls, examples: Sequence[Message]) -> DangerHeads:
        """Learns the first from all examples, the points' phrases and follow-ups too; the second from the follow-ups in
        their thread."""
        known = [example for example in examples if len(vectors_of(example)) and any(map(example.get, (INTENT, POINT, MEANT)))]
        return cls(_fit(known, 0), _fit([example for example in known if example.get(MEANT)], 1))

    def alone(self, text: Text, vectors: np.ndarray) -> float:
        """How far a text with its vector (1, 384) is from undecided; above zero it is danger. Zero where there is no vector."""
        return _margin(self._alone, text, vectors) if len(vectors) else 0.0

    def behind(self, text: Text, vectors: np.ndarray) -> float:
        """The same; the vector is that of the text behind the question before it."""
        return _margin(self._behind, text, vectors)

    def save(self, folder: Path) -> None:
        """Writes two files into `folder`."""
        self._alone.save(folder / "danger.npz")
        self._behind.save(folder / "danger_behind_question.npz")

    @classmethod
    def load(cls, folder: Path) -> DangerHeads:
        """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
        return cls(JointHead.read(folder / "danger.npz"), JointHead.read(folder / "danger_behind_question.npz"))


def _fit(examples: List[Message], row: int) -> JointHead:
    topics = [example.get(INTENT) or example.get(MEANT) or example.get(POINT) for example in examples]
    labels = [EMERGENCY if topic == EMERGENCY else OTHER for topic in topics]
    texts, vectors = [reading_of(example).text for example in examples], np.stack([vectors_of(example)[row] for example in examples])
    return joint.fit_margins(texts, vectors, labels, heads.evened(topics))


def _margin(head: JointHead, text: Text, vectors: np.ndarray) -> float:
    scores = dict(zip(head.labels, head.scores([text], vectors)[0], strict=True))
    return float(scores[EMERGENCY] - scores[OTHER])


class Evidence(NamedTuple):
    """What the heads say of a message of so many `words`: how likely danger is, the best other topic, and the likeliest kind of
    danger if it is one; `margin`: how far the head that knows danger alone is from undecided. `told`: in the middle of a talk about
    something else.
    """

    danger: float
    rival: float
    kind: float
    margin: float
    words: int
    told: bool = False


def decide(alarm: safety.Alarm, heard: Evidence) -> Text:
    """The level for a message in English: the words' alarm and what the heads say, as one score."""
    if alarm.settled:
        return alarm.level
    level = _level(score(alarm, heard), PERHAPS_FROM, alarm)
    return PERHAPS if level == NONE and heard.margin >= SURE_OF_DANGER else level


def score(alarm: safety.Alarm, heard: Evidence) -> float:
    """Log-odds that a message in English tells of danger."""
    return (BASE + HEADS_WEIGH * _log_odds(heard.danger) + MARGIN_WEIGHS * heard.margin + RIVAL_WEIGHS * _log_odds(heard.rival)
            + KIND_WEIGHS * _log_odds(heard.kind) + LENGTH_WEIGHS * math.log(max(heard.words, 1)) + TOLD_MID_TALK_WEIGHS * heard.told
            + WORDED.score(alarm, heard.words))


def decide_mid_talk(alarm: safety.Alarm, margin: float, behind: float, words: int) -> Text:
    """The same for a short message after a question: how far from undecided it is alone and behind that question."""
    return alarm.level if alarm.settled else _level(score_mid_talk(alarm, margin, behind, words), PERHAPS_FROM, alarm)


def score_mid_talk(alarm: safety.Alarm, margin: float, behind: float, words: int) -> float:
    """Log-odds for the same."""
    return (MID_TALK_BASE + MID_TALK_MARGIN_WEIGHS * margin + MID_TALK_BEHIND_WEIGHS * behind
            + MID_TALK_WORDED.score(alarm, words))


def decide_foreign(alarm: safety.Alarm, danger: float, words: int) -> Text:
    """The level for a message of so many words in another language: the alarm of its phrases, or of English words in it, and how
    likely danger is by its letters."""
    if alarm.settled:
        return alarm.level
    score = FOREIGN_BASE + _log_odds(danger) + FOREIGN_PHRASES_WEIGH[alarm.level]
    if alarm.level == EMERGENCY and words <= FOREIGN_FEW_WORDS:
        score += FOREIGN_IN_FEW_WORDS_WEIGHS
    return _level(score, FOREIGN_PERHAPS_FROM, alarm, -math.inf)


def _level(score: float, perhaps_from: float, alarm: safety.Alarm, words_alone_from: float = WORDS_ALONE_FROM) -> Text:
    if score >= 0:
        return EMERGENCY
    return PERHAPS if score >= (perhaps_from if alarm.level == NONE else words_alone_from) else NONE


def _log_odds(probability: float) -> float:
    # Capped at nine: the heads are never that sure on what they haven't seen.
    return math.log(probability + 1e-4) - math.log(1 - probability + 1e-4)
