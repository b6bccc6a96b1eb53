"""The inbox's messages: those that the assistant may have got wrong, with the reasons to think so.

Every function blocks. Personal data was taken out before anything was kept (door/questions.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

import safety
from door.database import Database, messages, readings
from door.staff.tables import decisions
from door.store import ago
from knowledge.topics import AFTER_ALARM, COURTESIES

# Below this the topic is more often wrong than right (`make evaluate` draws the curve).
LOW_CONFIDENCE = 0.4
# Rasa's odds for danger from which a message that wasn't answered with 999 is looked at: of 2,400 asked these are 20.
DANGER_ODDS = 0.1
DANGER = "emergency"
# The newest ones: more than anybody works through in a week.
MOST_MESSAGES = 1_000
REASONS = {"danger": "Perhaps an emergency", "unclear": "Not understood", "low": "Unsure", "unhelped": "Didn’t help",
           "corrected": "Corrected by the person"}
# 'No, I meant …', 'that's not what I asked'. (actions/turn.py has a narrower one, for places.)
_CORRECTION = re.compile(r"^\W*(?:no(?! thank)\b[\s,.]+\w+ \w+|nope\b|wrong\b|not what i|that'?s not|thats wrong)"
                         r"|\bi meant?\b|\bnot what i (?:asked|meant)", re.I)
_WORD = re.compile(r"[^\W_]+")
_MAYBE = ("no%", "%i mean%", "wrong%", "%not what i%", "%that's not%", "%thats %")
# Nothing to teach: a greeting that is unsure is no question.
_NOTHING_TO_TEACH = COURTESIES | {"set_force", "unclear"}
# What is said behind an alarm is answered as such: 999 was named before.
_ALARMED = frozenset({DANGER, *AFTER_ALARM})


class Turn(Struct, frozen=True):
    """What was asked right before a message or after it in the same talk, and what was said to it first, with that reply's topic."""

    text: str
    reply: str
    topic: str | None


class Message(Struct):
    """One message that may have been got wrong. `ranking`: topics with Rasa's confidence, likeliest first."""

    conversation: str
    id: str
    at: str
    text: str
    reasons: set[str]
    ranking: list[tuple[str, float]] = []
    answered: str | None = None  # the topic of the first reply
    before: Turn | None = None
    correction: Turn | None = None  # what the person wrote then, where it says that something else was meant

    @property
    def surer(self) -> str | None:
        """The topic that is surer as a whole than the one it was answered with: a particular question decided (bot/nlu/points.py)."""
        likeliest = max(self.ranking, key=lambda pair: pair[1], default=None)
        by_point = likeliest and self.ranking[0][0] == self.answered and self.ranking[0][1] < likeliest[1]
        return likeliest[0] if by_point else None

    @property
    def digest(self) -> str:
        """What stands for the words where the words aren't kept."""
        return digest(self.text)


class Question(Struct):
    """The same words, however often they were asked; newest first."""

    messages: list[Message]

    @property
    def text(self) -> str:
        """As it was asked last."""
        return self.messages[0].text

    @property
    def reasons(self) -> list[str]:
        """Keys of `REASONS`, in their order."""
        return [reason for reason in REASONS if any(reason in message.reasons for message in self.messages)]


def digest(text: str) -> str:
    """The same for texts that differ in case and punctuation alone."""
    letters = " ".join(_WORD.findall(text.casefold())) or text
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()


def open_questions(database: Database, days: float, live_since: str | None) -> list[Question]:
    """Messages of the last `days` that nobody has decided about, those with the same words together.

    What was taught comes back when it is asked again after a publication that should have learnt
    it (`live_since`: when the live release went live). Raises `sqlalchemy.exc.SQLAlchemyError`.
    """
    with database.transaction() as connection:
        found = _candidates(connection, ago(days * 86_400))
        decided = {row.digest: row for row in connection.execute(sa.select(decisions).order_by(decisions.c.number))}
    questions: dict[str, Question] = {}
    for message in sorted(found, key=lambda message: message.at, reverse=True):
        decision = decided.get(message.digest)
        if decision and not (decision.topic and live_since and decision.at < live_since < message.at):
            continue
        questions.setdefault(message.digest, Question([])).messages.append(message)
    return list(questions.values())


def decide(database: Database, batch: str, who: str, texts: dict[str, str | None], topic: str | None, at: str) -> None:
    """Keeps that these messages mean `topic`, or (None) that there is nothing to learn from them.

    `texts`: each message's words → the example that they became by it, and that goes when it is undone.
    """
    rows = [{"batch": batch, "at": at, "who": who, "topic": topic, "digest": digest(text), "example": example}
            for text, example in texts.items()]
    with database.transaction() as connection:
        connection.execute(decisions.insert(), rows)


def batch_of(database: Database, batch: str) -> list[sa.Row]:
    """What one click decided: rows with `topic`, `example` and `who`."""
    with database.transaction() as connection:
        return list(connection.execute(sa.select(decisions).where(decisions.c.batch == batch)))


def undo(database: Database, batch: str) -> None:
    """Takes one click's decisions back."""
    with database.transaction() as connection:
        connection.execute(decisions.delete().where(decisions.c.batch == batch))


def _candidates(connection: sa.Connection, since: str) -> list[Message]:
    """All messages since then for which there is a reason, each once."""
    found: dict[tuple[str, str], set[str]] = {}
    for reason, query in _queries(since).items():
        for conversation, message in connection.execute(query.limit(MOST_MESSAGES)):
            found.setdefault((conversation, message), set()).add(reason)
    for conversation, message in _corrected(connection, since):
        found.setdefault((conversation, message), set()).add("corrected")
    for conversation, message in _near_danger(connection, since):
        found.setdefault((conversation, message), set()).add("danger")
    loaded = []
    keys = list(found)
    for start in range(0, len(keys), 300):  # SQLite takes a limited number of values in one statement; each has two beside it
        loaded += _load(connection, {key: found[key] for key in keys[start:start + 300]})
    return loaded


def _queries(since: str) -> dict[str, sa.Select]:
    topic = messages.c.custom["topic"].as_string()
    reply = sa.select(messages.c.conversation, messages.c.answers).where(messages.c.sender == "assistant", messages.c.at > since)
    return {
        "unclear": reply.where(topic == "unclear").order_by(messages.c.at.desc()),
        "unhelped": reply.where(messages.c.helpful.is_(False)).order_by(messages.c.at.desc()),
        "low": (sa.select(readings.c.conversation, readings.c.message)
                .where(readings.c.at > since, readings.c.confidence < LOW_CONFIDENCE, readings.c.topic.not_in(_NOTHING_TO_TEACH))
                .order_by(readings.c.at.desc())),
    }


def _corrected(connection: sa.Connection, since: str) -> list[tuple[str, str]]:
    """The messages before 'no, I meant …'."""
    window = {"partition_by": messages.c.conversation, "order_by": messages.c.number}
    turns = (sa.select(messages.c.conversation, messages.c.text, messages.c.at, sa.func.lag(messages.c.id).over(**window).label("before"))
             .where(messages.c.sender == "person", messages.c.at > since).subquery())
    query = (sa.select(turns).where(turns.c.before.is_not(None), sa.or_(*(turns.c.text.ilike(pattern) for pattern in _MAYBE)))
             .order_by(turns.c.at.desc()).limit(MOST_MESSAGES))
    return [(row.conversation, row.before) for row in connection.execute(query) if _CORRECTION.search(row.text)]


def _near_danger(connection: sa.Connection, since: str) -> list[tuple[str, str]]:
    """The messages that Rasa took for something else, with danger among what they could have been."""
    query = (sa.select(readings.c.conversation, readings.c.message, readings.c.ranking)
             .where(readings.c.at > since, readings.c.topic.not_in(_ALARMED), sa.cast(readings.c.ranking, sa.Text).contains(f'"{DANGER}"'))
             .order_by(readings.c.at.desc()).limit(MOST_MESSAGES))
    return [(row.conversation, row.message) for row in connection.execute(query) if dict(row.ranking).get(DANGER, 0) >= DANGER_ODDS]


def _load(connection: sa.Connection, wanted: dict[tuple[str, str], set[str]]) -> list[Message]:
    beside = _beside(connection, wanted)
    ids = list({message for _, message in wanted} | {message for pair in beside.values() for message in pair if message})
    query = (sa.select(messages.c.conversation, messages.c.id, messages.c.at, messages.c.text, readings.c.ranking)
             .outerjoin(readings, sa.and_(readings.c.conversation == messages.c.conversation, readings.c.message == messages.c.id))
             .where(messages.c.id.in_(ids), messages.c.sender == "person"))
    asked = {(row.conversation, row.id): row for row in connection.execute(query)}
    replies = connection.execute(
        sa.select(messages.c.conversation, messages.c.answers, messages.c.text, messages.c.custom["topic"].as_string().label("topic"),
                  messages.c.custom["emergency"].as_boolean().label("emergency"))
        .where(messages.c.answers.in_(ids)).order_by(messages.c.number.desc())).all()
    # The first reply of each comes last here, and so stays.
    first = {(row.conversation, row.answers): row for row in replies}
    alarmed = {(row.conversation, row.answers) for row in replies if row.emergency or row.topic in _ALARMED}
    loaded = []
    for key in wanted.keys() & asked.keys():
        row, (before, after) = asked[key], beside[key]
        reasons = _reasons(row.text, wanted[key], key in alarmed)
        if reasons:
            answered = first[key].topic if key in first else None
            corrected = "corrected" in reasons
            loaded.append(Message(*key, row.at, row.text, reasons, [tuple(pair) for pair in row.ranking or []], answered,
                                  _turn(asked, first, (row.conversation, before)),
                                  _turn(asked, first, (row.conversation, after)) if corrected else None))
    return loaded


def _beside(connection: sa.Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """The ids of what the person wrote before each of these messages, and after it."""
    window = {"partition_by": messages.c.conversation, "order_by": messages.c.number}
    query = (sa.select(messages.c.conversation, messages.c.id, sa.func.lag(messages.c.id).over(**window).label("before"),
                       sa.func.lead(messages.c.id).over(**window).label("after"))
             .where(messages.c.sender == "person", messages.c.conversation.in_({conversation for conversation, _ in wanted})))
    return {(row.conversation, row.id): (row.before, row.after) for row in connection.execute(query)
            if (row.conversation, row.id) in wanted}


def _turn(asked: dict[Any, sa.Row], first: dict[Any, sa.Row], key: tuple[str, str | None]) -> Turn | None:
    reply = first.get(key)
    return Turn(asked[key].text, reply.text if reply else "", reply.topic if reply else None) if key in asked else None


def _reasons(text: str, found: set[str], alarmed: bool) -> set[str]:
    """The reasons that were `found`, with danger where the words sound like it, and without where 999 was said."""
    if alarmed:
        return found - {"danger"}
    return found | {"danger"} if safety.check(text).level == "emergency" else found
