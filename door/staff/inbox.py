"""The inbox's messages: those that the assistant may have got wrong, with the reasons to think so.

Every function blocks. Personal data was taken out before anything was kept (door/questions.py).
"""

from __future__ import annotations

import hashlib
import re

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


class Message(Struct):
    """One message that may have been got wrong. `ranking`: topics with Rasa's confidence, likeliest first."""

    conversation: str
    id: str
    at: str
    text: str
    reasons: set[str]
    ranking: list[tuple[str, float]] = []
    answered: str | None = None  # the topic of the first reply

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
    for start in range(0, len(keys), 400):  # SQLite takes a limited number of values in one statement
        loaded += _load(connection, {key: found[key] for key in keys[start:start + 400]})
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
    ids = [message for _, message in wanted]
    asked = (sa.select(messages.c.conversation, messages.c.id, messages.c.at, messages.c.text, readings.c.ranking)
             .outerjoin(readings, sa.and_(readings.c.conversation == messages.c.conversation, readings.c.message == messages.c.id))
             .where(messages.c.id.in_(ids), messages.c.sender == "person"))
    replies = connection.execute(
        sa.select(messages.c.conversation, messages.c.answers, messages.c.custom["topic"].as_string().label("topic"),
                  messages.c.custom["emergency"].as_boolean().label("emergency"))
        .where(messages.c.answers.in_(ids)).order_by(messages.c.number.desc())).all()
    # The first reply of each comes last here, and so stays.
    topics = {(row.conversation, row.answers): row.topic for row in replies}
    alarmed = {(row.conversation, row.answers) for row in replies if row.emergency or row.topic in _ALARMED}
    loaded = []
    for row in connection.execute(asked):
        key = row.conversation, row.id
        reasons = _reasons(row.text, wanted[key], key in alarmed) if key in wanted else None
        if reasons:
            loaded.append(Message(*key, row.at, row.text, reasons, [tuple(pair) for pair in row.ranking or []], topics.get(key)))
    return loaded


def _reasons(text: str, found: set[str], alarmed: bool) -> set[str]:
    """The reasons that were `found`, with danger where the words sound like it, and without where 999 was said."""
    if alarmed:
        return found - {"danger"}
    return found | {"danger"} if safety.check(text).level == "emergency" else found
