"""Nothing is said twice: what people were told a moment ago, and what is left of a reply without it (docs/decisions/0012)."""

from __future__ import annotations

from typing import Collection

import msgspec

from actions.places import is_name_of
from actions.thread import Question
from actions.turn import Turn
from knowledge import Force, Held, Knowledge, Reply
from knowledge.lookup import MORE, THAT_IS_GENERAL, in_general, nothing_from, to_be_sure

ASK_THE_POLICE = "see Ask the Police (https://www.askthe.police.uk) or call your local force on 101"


def without_what_was_said(knowledge: Knowledge, question: Question, turn: Turn, reply: Reply, said: Collection[str]) -> Reply:
    """The reply less the texts whose keys are in `said`; in short where that is all of them."""
    new = [held for held in reply.held if held.key not in said]
    if len(new) == len(reply.held):
        return reply
    if any(not held.key.endswith(MORE) for held in new):
        return reply.saying(new, reply.closing.removeprefix(THAT_IS_GENERAL))
    if question.named and reply.force:
        return _for_another_place(knowledge.forces[reply.force], question, turn, reply)
    told_last = turn.said and reply.held[0].key in turn.said[-1]
    return nothing_more(knowledge, question, turn, reply) if told_last else reply  # asked anew after something else


def nothing_more(knowledge: Knowledge, question: Question, turn: Turn, reply: Reply) -> Reply:
    """'Even kids?', 'so yes or no?' after the answer that `reply` gives: all of it once more would seem not to have heard."""
    answers, more = _answer(question, reply), f"For more, {who_knows_more(knowledge, reply.force)}."
    if sum(answers.key in keys for keys in turn.said) > 1 and not turn.asks_yes_or_no:  # in short was said, too
        return msgspec.structs.replace(reply.saying([], f"I'm sorry, that is all I know on that question. {more}"), scope="unknown")
    return msgspec.structs.replace(reply.saying([_in_short(answers, "In short:")], f"I hold no more on that question. {more}"),
                                   scope="unknown")


def who_knows_more(knowledge: Knowledge, force_id: str | None) -> str:
    """Where to ask, to stand behind 'for more, '."""
    force = knowledge.forces.get(force_id or "")
    return f"ask {force.name} ({force.website})" if force else ASK_THE_POLICE


def _for_another_place(force: Force, question: Question, turn: Turn, reply: Reply) -> Reply:
    """'And in Leeds?', where no more is held for Leeds."""
    own = next((held for held in reply.held if held.key.startswith(f"{force.id}:")), None)
    if own and (question.point is None or own is _answer(question, reply)):
        return reply.saying([_in_short(own, f"As I said of {force.name}:")], "")
    nothing = nothing_from(force)
    if nothing in reply.closing:
        return reply.saying([_in_short(_answer(question, reply), f"{nothing} In general:")], to_be_sure(force))
    # What another force says of itself may be what was told last.
    particular = any(":" in key and not key.startswith(f"{force.id}:") for key in (turn.said[-1] if turn.said else ()))
    where = f"for {force.name}" if question.because_of is None or is_name_of(question.because_of.label, force) else "there"
    opening = f"For {force.name} I hold only what holds everywhere." if particular else f"It is the same {where}."
    return reply.saying([_in_short(_answer(question, reply), opening)])


def _answer(question: Question, reply: Reply) -> Held:
    """The text that answers the question: that on its point, where there is one."""
    return next((held for held in reply.held if held.key == f"{question.topic}/{question.point}"), reply.held[0])


def _in_short(held: Held, opening: str) -> Held:
    short = msgspec.structs.replace(held, text=in_general(held.text)).in_short
    return msgspec.structs.replace(held, text=f"{opening} {short}")
