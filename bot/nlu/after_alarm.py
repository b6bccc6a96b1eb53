"""What is typed right after 'Call 999': who has called, waits, can't call, or is safe again is told just that, not the next best topic.

A head of its own knows these from data/safety/after_alarm.yml and nothing else; it speaks only while the last thing that was
understood was danger. docs/decisions/0013-after-the-alarm.md has what was compared.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional, Sequence, Text

import numpy as np
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

import safety
from bot.encoder import kept_vectors
from bot.nlu import joint, parts
from bot.nlu.danger import NONE, PERHAPS
from bot.nlu.encoder import vectors_of
from bot.nlu.joint import JointHead
from bot.nlu.other_languages import EMERGENCY, OTHER
from bot.nlu.reader import reading_of
from bot.nlu.reading import ROOT
from knowledge import yaml_lines
from knowledge.topics import AFTER_ALARM

FILE = ROOT / "data" / "safety" / "after_alarm.yml"
HEAD_FILE = "after_alarm.npz"
# What the detector's level is then. (Of who has called or is safe, nobody can be sure.)
LEVELS = {EMERGENCY: EMERGENCY, "emergency_waiting": EMERGENCY, "emergency_unable": EMERGENCY,
          "emergency_called": PERHAPS, "emergency_over": PERHAPS}
# Every so many examples of the other topics, and of danger, stand beside those of the file.
OTHERS_EVERY, DANGER_EVERY = 20, 5
# How much of its share something else keeps: where the talk is of danger, what might be of it is.
OTHER_WEIGHS = 0.5
# How likely it must be: that danger goes on; that one of these was meant, where the detector hears danger, and where it doesn't:
# who is taken for safe by mistake is worse off than who hears once more what to do.
STILL_FROM, SURE_FROM = 0.4, 0.45
MEANT_FROM = {"emergency_called": 0.45, "emergency_over": 0.45, "emergency_waiting": 0.3, "emergency_unable": 0.3}
# 'In plain english' is no relief, unless that is as good as sure.
RATHER_THAN_THE_ANSWER_FROM = 0.75


# 'its not an emergency. can a pcso come', 'nobody is in danger mate, was i allowed to hold him': first of all, and then something is asked.
_DENIES = re.compile(
    r"^\W*(?:(?:no+|what|sorry|lol|ok|look|wait|hang on)\b\W*)*"
    r"(?:(?:it|this|that)(?:['’]?s| is)? ?(?:not|is ?n['’]?t|ain['’]?t)\s+(?:really\s+)?(?:an?\s+)?"
    r"(?:emergency(?!\s+(?:operator|services?|calls?|number|credit))|urgent)|"
    r"(?:nobody|no ?one|none of us)(?:['’]?s| is| are)? in (?:any )?danger|"
    r"(?:i|he|she|we|they)(?:['’]?(?:m|s|re)| am| is| are) not in (?:any )?danger)"
    r"\b(?:\s+(?:mate|now|here|love|at all|tho|though))*[\s.!,;:]+(?!(?:but|yet|still|unless|if|until)\b)(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL)
# 'why 999?? no one is hurt', 'not happening now', 'that was last week'. Not with a 'but' or 'yet' behind it, nor of oneself alone ('im not
# in danger my mum is'); and 'he's not here now' may be of a child that is missing.
_CALMS = re.compile(
    r"\b(?:why (?:call |ring )?999|"
    r"(?:nobody|no ?one|none of us)(?:['’]?s| is| was| got| has been)? (?:hurt|injured|missing|in (?:any )?danger)|"
    r"(?:i['’]?m|i am|we['’]?re|we are) not in (?:any )?danger|not happening (?:right )?now|"
    r"(?:it|that|this) (?:was|happened) (?:last|a) (?:week|month|year))\b"
    r"(?!\W*(?:yet|my|he|she|they|hes|shes)\b)(?!.*\b(?:but|still|again|outside|coming)\b)", re.IGNORECASE | re.DOTALL)
_ASKS_ON = re.compile(r"^\W*(?:i (?:just|only|want|need|was)|i['’]?m (?:just|only)|just|was|were)\b", re.IGNORECASE)
_FEWEST_ASKED = 3


def denies(text: Text) -> bool:
    """Whether danger is denied first of all, and then something asked: 'its not an emergency. can a pcso come to my shop'."""
    found = _DENIES.match(text)
    rest = found.group("rest") if found else ""
    return len(rest.split()) >= _FEWEST_ASKED and (bool(_ASKS_ON.search(rest)) or any(map(parts.is_question, [rest, *parts.split(rest)])))


class Heard(NamedTuple):
    """One of `AFTER_ALARM`, `EMERGENCY` or `OTHER`, and how likely it is."""

    meant: Text
    share: float


def fit(examples: Sequence[Message]) -> JointHead:
    """Learns from the file, and some examples of danger and of every topic beside it."""
    texts, labels = [], []
    for label, lines in yaml_lines.read(FILE)[0].items():
        texts += [safety.clean(line) for line in lines]
        labels += [label] * len(lines)
    vectors = [kept_vectors.encode(texts, "after_alarm")]
    for every, wanted in ((DANGER_EVERY, True), (OTHERS_EVERY, False)):
        some = [example for example in examples if example.get(INTENT) and (example.get(INTENT) == EMERGENCY) is wanted][::every]
        some = [example for example in some if len(vectors_of(example))]
        texts += [reading_of(example).text for example in some]
        labels += [EMERGENCY if wanted else OTHER] * len(some)
        vectors += [vectors_of(example)[:1] for example in some]
    return joint.fit_discriminant(texts, np.vstack(vectors), labels)


def hear(head: JointHead, text: Text, vector: np.ndarray) -> Heard:
    """The likeliest. `vector` is that of the text, shape (1, 384)."""
    shares = head.probabilities([text], vector)[0] * [OTHER_WEIGHS if label == OTHER else 1.0 for label in head.labels]
    best = int(shares.argmax())
    return Heard(head.labels[best], float(shares[best] / shares.sum()))


def decide(heard: Heard, level: Text, alarm: safety.Alarm, about_the_answer: bool = False) -> Optional[Text]:
    """`EMERGENCY`, one of `AFTER_ALARM`, or None where something else is talked of. `level` is what the detector says by itself;
    `about_the_answer`: the topics' heads hear 'what do you mean', and what was said is 999."""
    if about_the_answer and not (heard.meant in AFTER_ALARM and heard.share >= RATHER_THAN_THE_ANSWER_FROM):
        return EMERGENCY
    if heard.meant == EMERGENCY and heard.share >= STILL_FROM:
        return EMERGENCY
    if heard.meant in AFTER_ALARM:
        least = MEANT_FROM[heard.meant]
        if heard.share >= (max(SURE_FROM, least) if level == EMERGENCY or alarm.settled else least):
            return heard.meant
    return EMERGENCY if level == EMERGENCY else None


def is_denied(text: Text, heard: Heard, level: Text, alarm: safety.Alarm) -> bool:
    """Whether who was told 999 says that nobody is in danger, and nothing else speaks of danger: no word, no head."""
    rings = level == EMERGENCY or alarm.level != NONE or alarm.settled
    return not rings and heard.meant in (OTHER, "emergency_over") and denies(text)


def is_calmed(text: Text, alarm: safety.Alarm) -> bool:
    """Whether who was told 999 says that nobody is hurt, or that it isn't now, and no word of danger stands beside it. They are answered
    then, behind 'If this is happening now'."""
    return alarm.level == NONE and bool(_CALMS.search(text))
