"""'Why', 'says who', 'tell me more': where the last answer comes from, and who knows more."""

from __future__ import annotations

import datetime as dt

import msgspec

from actions import clarify
from actions.repeats import who_knows_more
from actions.thread import Question
from actions.turn import Turn
from knowledge import Knowledge, Reply, look_up

MOST_NAMED = 2


def tell_more(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """Who says so and when that was checked; the facts were told already, and no reason is made up."""
    told = turn.told
    if not told or told.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    reply, where = look_up(knowledge, told.topic, told.force, point=told.point), who_knows_more(knowledge, told.force)
    said = "I don't know more about that than I said."
    if reply.sources:
        said += f" It comes from {_named(reply.sources)}"
        said += f", last checked on {_day(reply.checked)}." if reply.checked else "."
    return msgspec.structs.replace(reply, buttons=[], text=f"{said} For the reasons, more detail or a case of your own, {where}.")


def _named(sources: list[dict[str, str]]) -> str:
    """Publishers with what they published; the reply lists all of them besides."""
    named = [f"{source['publisher']} ('{source['title']}')" for source in sources[:MOST_NAMED]]
    more = len(sources) - MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
