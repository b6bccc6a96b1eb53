"""What is said of the last answer: the rest of it, where it comes from, the same in short, or that it was no use."""

from __future__ import annotations

from typing import Collection

import msgspec

from actions import clarify, repeats
from actions.repeats import TELL_ME_MORE, who_knows_more
from actions.thread import Question
from actions.turn import Turn
from knowledge import Knowledge, Reply, days, look_up

MOST_NAMED = 2


def later(reply: Reply, said: Collection[str]) -> Reply:
    """The reply without what an answer adds to its first paragraph, which a button asks for. `said`: keys of what was told before."""
    now = [held for held in reply.held if not held.is_more]
    if not now or len(now) == len(reply.held):
        return reply
    unsaid = any(held.key not in said for held in reply.held if held not in now)
    return msgspec.structs.replace(reply.saying(now), buttons=[*reply.buttons, TELL_ME_MORE] if unsaid else reply.buttons)


def tell_more(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """'Tell me more': the rest of the last answer. 'Says who', or where there is no more: who says so and when that was checked. No reason
    is made up."""
    told = turn.told
    if not told or told.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    reply, where = look_up(knowledge, told.topic, told.force, point=told.point), who_knows_more(knowledge, told.force, told.topic)
    rest = [held for held in reply.held if held.is_more and all(held.key not in keys for keys in turn.said)]
    if rest and turn.wants_more:
        return reply.saying(rest, f"For more, {where}.")
    said = "" if rest and reply.sources else "I don't know more about that than I said. "
    if reply.sources:
        said += f"What I said comes from {_named(reply.sources)}"
        said += f", last checked on {days.in_words(reply.checked)}." if reply.checked else "."
    text = f"{said.strip()} For the reasons, more detail or a case of your own, {where}."
    return msgspec.structs.replace(reply, buttons=[TELL_ME_MORE] if rest else [], held=(), text=text)


def say_simply(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """'In plain english', 'too long': the last answer in short."""
    told = turn.told
    if not told or told.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    reply = look_up(knowledge, told.topic, told.force, point=told.point)
    return repeats.in_short(Question(told.topic, told.force, point=told.point), reply,
                            f"If that leaves something open, {who_knows_more(knowledge, told.force, told.topic)}.")


def not_helpful(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """'That's not what I asked', 'useless': what comes near the last answer, and who knows more."""
    told = turn.told
    known = told is not None and told.topic in knowledge.answers
    said = {key for keys in turn.said for key in keys}
    buttons = clarify.other_questions(knowledge, told, said) if known else clarify.most_asked(knowledge)
    press = ", or press what comes nearest" if buttons else ""
    text = (f"I'm sorry that this was no help. Please ask once more in other words{press}. "
            f"To ask people instead, {who_knows_more(knowledge, told.force if known else turn.force, told.topic if known else None)}.")
    return Reply(text=text, topic="not_helpful", buttons=buttons)


def _named(sources: list[dict[str, str]]) -> str:
    """Publishers with what they published; the reply lists all of them besides."""
    named = [f"{source['publisher']} ('{source['title']}')" for source in sources[:MOST_NAMED]]
    more = len(sources) - MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
