"""Conversations as they are kept: what was asked, what was answered, and when it is forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from door import counts
from door.database import Database, conversations, deletions, heartbeats, messages, readings
from door.rasa import Understood


class Gone(Exception):
    """The conversation has been deleted, or is past its days."""


class IdReused(Exception):
    """The id already stands for another message of this conversation."""


class Message(Struct, frozen=True):
    """One message: the person's (`answers` is None) or one of the assistant's replies to it."""

    id: str
    sender: str
    at: str
    text: str
    answers: str | None = None
    custom: dict[str, Any] | None = None
    buttons: list[dict[str, Any]] | None = None
    helpful: bool | None = None


class Turn(Struct, frozen=True):
    """A question and its answers, in order; how it was `understood` is for staff, and never shown to the person."""

    question: Message
    replies: list[Message]
    understood: Understood | None = None


def now() -> str:
    """The time as the tables hold it: '2026-11-21T20:46:00.123456Z'."""
    return ago(0)


def ago(seconds: float) -> str:
    """The time `seconds` before now, in the same form: what is older sorts before it."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Store:
    """Reads and writes conversations. Every method blocks: call it in a thread.

    Every method raises `sqlalchemy.exc.SQLAlchemyError` when the database can't be used.
    """

    def __init__(self, database: Database):
        self._database = database

    def find(self, conversation: str, question: str, text: str, *, begun: bool) -> Turn | None:
        """The turn that `question` (an id) already had, or None when it has to be asked.

        Raises `Gone` where the conversation has `begun` and isn't there, and `IdReused` where
        the id stands for another text.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(
                sa.select(messages)
                .where(messages.c.conversation == conversation,
                       sa.or_(messages.c.id == question, messages.c.answers == question))
                .order_by(messages.c.number)).all()
            if not rows:
                if begun and not _exists(connection, conversation):
                    raise Gone
                return None
        first, *rest = (_message(row) for row in rows)
        if first.sender != "person" or first.id != question or first.text != text:
            raise IdReused
        return Turn(first, rest)

    def save(self, conversation: str, turn: Turn, *, begun: bool) -> None:
        """Keeps a turn, whole or not at all; with it the conversation, unless it has `begun`.

        Raises `Gone` where it was deleted meanwhile, and `sqlalchemy.exc.IntegrityError` where
        another door was faster with the same question.
        """
        at = turn.question.at
        with self._database.transaction() as connection:
            updated = connection.execute(
                conversations.update().where(conversations.c.id == conversation).values(updated=at))
            if updated.rowcount == 0:
                if begun:
                    raise Gone
                connection.execute(conversations.insert().values(id=conversation, began=at, updated=at))
            connection.execute(messages.insert(), [_row(conversation, turn.question)])
            # Apart from the question: one statement for rows with the same columns filled.
            for reply in turn.replies:
                connection.execute(messages.insert(), [_row(conversation, reply)])
            if turn.understood:
                connection.execute(readings.insert().values(
                    conversation=conversation, message=turn.question.id, at=at, topic=turn.understood.topic,
                    confidence=turn.understood.confidence, ranking=[list(pair) for pair in turn.understood.ranking]))
            counts.count(connection, "web", at, [reply.custom for reply in turn.replies])

    def history(self, conversation: str, last: int) -> list[Message]:
        """The `last` messages so far, oldest first. Raises `Gone`."""
        query = (sa.select(messages).where(messages.c.conversation == conversation)
                 .order_by(messages.c.number.desc()).limit(last))
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
            if not rows and not _exists(connection, conversation):
                raise Gone
        return [_message(row) for row in reversed(rows)]

    def rate(self, conversation: str, message: str, helpful: bool) -> bool:
        """Keeps whether a reply helped; a second opinion replaces the first.

        Returns False where this conversation has no such reply.
        """
        reply = sa.and_(messages.c.conversation == conversation, messages.c.id == message, messages.c.sender == "assistant")
        with self._database.transaction() as connection:
            # Held before it is read: two clicks at once would both find no opinion, and both be counted.
            if connection.execute(messages.update().where(reply).values(helpful=messages.c.helpful)).rowcount == 0:
                return False
            row = connection.execute(sa.select(messages.c.at, messages.c.custom, messages.c.helpful).where(reply)).one()
            connection.execute(messages.update().where(reply).values(helpful=helpful))
            counts.rate(connection, "web", row.at, row.custom, row.helpful, helpful)
        return True

    def forget(self, conversation: str) -> None:
        """Deletes a conversation here, and notes that Rasa has to forget it too."""
        with self._database.transaction() as connection:
            connection.execute(messages.delete().where(messages.c.conversation == conversation))
            connection.execute(readings.delete().where(readings.c.conversation == conversation))
            connection.execute(conversations.delete().where(conversations.c.id == conversation))
            connection.execute(deletions.delete().where(deletions.c.conversation == conversation))
            connection.execute(deletions.insert().values(conversation=conversation, at=now()))
        self._database.wipe_traces()

    def forgotten_by_rasa(self, conversation: str) -> None:
        """Takes a conversation off the list of those that Rasa has to forget."""
        with self._database.transaction() as connection:
            connection.execute(deletions.delete().where(deletions.c.conversation == conversation))
        self._database.wipe_traces()  # Rasa keeps its part in the same file

    def to_forget(self) -> list[str]:
        """Conversations that Rasa has still to forget, oldest first."""
        with self._database.transaction() as connection:
            return list(connection.scalars(sa.select(deletions.c.conversation).order_by(deletions.c.at)))

    def purge(self, retention_seconds: float) -> int:
        """Deletes every message older than that, and conversations with nothing newer.

        Returns how many messages went. A chat that goes on for months keeps its recent part only.
        """
        oldest = ago(retention_seconds)
        with self._database.transaction() as connection:
            ended = sa.select(conversations.c.id).where(conversations.c.updated < oldest)
            gone = connection.execute(messages.delete().where(messages.c.at < oldest)).rowcount
            connection.execute(readings.delete().where(readings.c.at < oldest))
            connection.execute(deletions.delete().where(deletions.c.at < oldest))
            for conversation in connection.scalars(ended).all():
                connection.execute(messages.delete().where(messages.c.conversation == conversation))
                connection.execute(conversations.delete().where(conversations.c.id == conversation))
        if gone:
            self._database.wipe_traces()
        return gone

    def check_writable(self) -> None:
        """Writes something harmless; an error means that nothing can be kept now."""
        with self._database.transaction() as connection:
            beat = {"name": "door", "at": now()}
            if connection.execute(heartbeats.update().values(beat)).rowcount == 0:
                connection.execute(heartbeats.insert().values(beat))


def _exists(connection: sa.Connection, conversation: str) -> bool:
    return connection.scalar(sa.select(conversations.c.id).where(conversations.c.id == conversation)) is not None


def _row(conversation: str, message: Message) -> dict[str, Any]:
    return {"conversation": conversation, "id": message.id, "sender": message.sender, "answers": message.answers,
            "at": message.at, "text": message.text, "custom": message.custom, "buttons": message.buttons}


def _message(row: sa.Row) -> Message:
    return Message(id=row.id, sender=row.sender, at=row.at, text=row.text, answers=row.answers,
                   custom=row.custom, buttons=row.buttons, helpful=row.helpful)
