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
    told = turn.told
    if not told or told.topic not in knowledge.answers:
        return clarify.offer_topics(knowledge, question, turn)
    reply, where = look_up(knowledge, told.topic, told.force, point=told.point), _who_knows_more(knowledge, told.force)
    said = "I don't know more about that than I said."
    if reply.sources:
        said += f" It comes from {_named(reply.sources)}"
        said += f", last checked on {_day(reply.checked)}." if reply.checked else "."
    return msgspec.structs.replace(reply, buttons=[], text=f"{said} For the reasons, more detail or a case of your own, {where}.")


def nothing_more(knowledge: Knowledge, question: Question) -> Reply:
    """'Even kids?' after the answer on searching, where nothing is held on that: the same words once more would seem not to have heard."""
    reply = look_up(knowledge, question.topic, question.force, point=question.point, told=True)
    return msgspec.structs.replace(reply, scope="unknown", buttons=[], text=(
        f"What I said above is all I have on that. For more, {_who_knows_more(knowledge, question.force)}."))


def _who_knows_more(knowledge: Knowledge, force_id: str | None) -> str:
    force = knowledge.forces.get(force_id or "")
    return f"ask {force.name} ({force.website})" if force else ASK_THE_POLICE


def _named(sources: list[dict[str, str]]) -> str:
    """Publishers with what they published; the reply lists all of them besides."""
    named = [f"{source['publisher']} ('{source['title']}')" for source in sources[:MOST_NAMED]]
    more = len(sources) - MOST_NAMED
    named += [f"{more} more"] if more > 0 else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
