"""Passes the questions of data/evaluation through the model, each turn behind the ones before it."""

from __future__ import annotations

import random
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

import safety
from actions.turn import STORY_MESSAGES
from bot.nlu.danger import LONGEST_BEHIND
from bot.nlu.topics import QUESTIONS
from evaluation.halves import may_be_read
from evaluation.questions import Question
from knowledge.topics import NOT_ASKED, NOTHING_ELSE
from tools.weights.model import Heard, Model

# These ask something that no answer is on, so that nothing leans on it.
NO_SUBJECT = NOTHING_ELSE | NOT_ASKED | {"emergency"}
SEED = 20261201


class Seen(NamedTuple):
    """A question and what each decision saw of it; `read`: whether it may be fitted to; `by_chance`: it was put behind a question."""

    question: Question
    heard: Heard
    read: bool
    by_chance: bool = False


def walk(model: Model, talks: Sequence[Sequence[Question]], progress: Callable[[int, int], None]) -> List[Seen]:
    """All questions in order.

    What was talked of before a turn is what the turns before it should have been understood as, not what a run made of them: so a
    fit needs no run, and mistakes don't lead to others.
    """
    seen: List[Seen] = []
    for number, talk in enumerate(talks, 1):
        slots: Dict[str, Any] = {}
        for question in talk:
            heard = model.hear(question.text, slots if question.follow_up else None)
            seen.append(Seen(question, heard, may_be_read(question)))
            slots = after(slots, question, heard)
        progress(number, len(talks))
    return seen


def after(slots: Dict[str, Any], question: Question, heard: Heard) -> Dict[str, Any]:
    """The slots of a talk after a turn that is understood as it should be, as actions/answer.py and actions/emergency.py keep them.

    The particular question is the one that the model finds, where it finds it within the right topic: conversations name none.
    """
    topic, danger = next(iter(question.topics), "unclear"), question.emergency == "yes"
    kept = dict(slots)
    if danger:
        kept |= {"alarm_talk": True, "told": None}
    elif topic not in NOTHING_ELSE:
        kept |= {"alarm_talk": None}
    if topic not in NO_SUBJECT:
        point = next((found["point"] for found in heard.message.get(QUESTIONS) or () if found["topic"] == topic), None)
        kept |= {"topic": topic, "told": {"topic": topic, "point": point}}
    if danger or topic not in NOT_ASKED | {"unclear"}:
        kept["story"] = [*slots.get("story", ()), question.text][-STORY_MESSAGES:]
    return kept


def put_behind(model: Model, talks: Sequence[Sequence[Question]], topics: Sequence[str],
               progress: Callable[[int, int], None]) -> List[Seen]:
    """Every short danger that begins a talk, put behind a question about one of `topics`, chosen by chance, the same each time.

    Real talks have so few dangers in their middle that weights fitted to them alone miss those of others (docs/decisions/0004).
    """
    chance = random.Random(SEED)
    short = [talk[0] for talk in talks if talk[0].emergency == "yes" and len(safety.clean(talk[0].text).split()) <= LONGEST_BEHIND]
    seen: List[Seen] = []
    for number, question in enumerate(short, 1):
        heard = model.hear(question.text, {"topic": chance.choice(topics)})
        seen.append(Seen(question, heard, may_be_read(question), by_chance=True))
        progress(number, len(short))
    return seen
