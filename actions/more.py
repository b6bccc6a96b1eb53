"""'Why', 'says who', 'tell me more': where the last answer comes from, and who knows more."""

from __future__ import annotations

import datetime as dt

import msgspec

from actions import clarify
from actions.thread import Question
from actions.turn import Turn
from knowledge import Knowledge, Reply, look_up

ASK_THE_POLICE = "see Ask the Police (https://www.askthe.police.uk) or call your local force on 101"
MOST_NAMED = 2


def tell_more(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """Who says so and when that was checked; the facts were told already, and no reason is made up."""
    if not turn.told or turn.told[0] not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    topic, force_id = turn.told
    reply, force = look_up(knowledge, topic, force_id), knowledge.forces.get(force_id or "")
    where = f"ask {force.name} ({force.website})" if force else ASK_THE_POLICE
    told = "I don't know more about that than I said."
    if reply.sources:
        told += f" It comes from {_named(reply.sources)}"
        told += f", last checked on {_day(reply.checked)}." if reply.checked else "."
    return msgspec.structs.replace(reply, buttons=[], text=f"{told} For the reasons, more detail or a case of your own, {where}.")


def _named(sources: list[dict[str, str]]) -> str:
    """Publishers with what they published; the reply lists all of them besides."""
    named = [f"{source['publisher']} ('{source['title']}')" for source in sources[:MOST_NAMED]]
    more = len(sources) - MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
