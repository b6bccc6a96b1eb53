"""What the channel keeps, in SQL. Every method blocks and raises `sqlalchemy.exc.SQLAlchemyError`; see shelf.py."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from door import counts
from door.database import Database
from door.store import ago, now
from door.telegram.letters import Letter, pack
from door.telegram.scrubbed import scrubbed
from door.telegram.tables import answers, payloads, people, updates

# Telegram brings an update again for at most 24 hours; whoever has had no answer for two days expects none any more.
UPDATE_SECONDS = 2 * 86_400


class Answer(Struct, frozen=True):
    """What one answer was about."""

    id: str
    topic: str
    force: str | None
    scope: str
    emergency: bool


class Kept(Struct, frozen=True):
    """A turn's answer, kept in one go before it is sent."""

    letters: list[Letter]
    conversation: str = ""
    answers: list[Answer] = []
    payloads: dict[str, str] = {}


class Waiting(Struct, frozen=True):
    """An update that was not finished when the process ended."""

    id: int
    raw: str
    letters: str | None
    sent: int


class Person(Struct, frozen=True):
    """What is remembered of one person in one chat."""

    force: str | None = None
    told: bool = True


class Held(Struct, frozen=True):
    """What /privacy shows."""

    force: str | None
    answers: int
    rated: int


class Records:
    """Reads and writes the channel's tables for one bot."""

    def __init__(self, database: Database, bot: int):
        self._database = database
        self._bot = bot

    # updates ------------------------------------------------------------------------------

    def accept(self, raws: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keeps updates that came, and returns those that had not come before."""
        ids = [raw["update_id"] for raw in raws]
        with self._database.transaction() as connection:
            known = set(connection.scalars(sa.select(updates.c.id).where(updates.c.bot == self._bot, updates.c.id.in_(ids))))
            fresh = list({raw["update_id"]: raw for raw in raws if raw["update_id"] not in known}.values())
            if fresh:
                connection.execute(updates.insert(), [
                    {"bot": self._bot, "id": raw["update_id"], "at": now(), "done": False, "sent": 0,
                     # Half an emoji can't be kept, and would stop the channel at each start.
                     "raw": json.dumps(scrubbed(raw), ensure_ascii=False).encode("utf-8", "replace").decode()} for raw in fresh])
        return fresh

    def waiting(self) -> list[Waiting]:
        """Updates that are not finished and not past their days, oldest first."""
        query = (sa.select(updates.c.id, updates.c.raw, updates.c.letters, updates.c.sent)
                 .where(updates.c.bot == self._bot, updates.c.done.is_(False), updates.c.at >= ago(UPDATE_SECONDS))
                 .order_by(updates.c.id))
        with self._database.transaction() as connection:
            return [Waiting(*row) for row in connection.execute(query)]

    def keep(self, update: int, kept: Kept) -> None:
        """Keeps an answer before the first of its letters is sent."""
        at = now()
        with self._database.transaction() as connection:
            self._change(connection, update, letters=pack(kept.letters), sent=0)
            # Who goes on asking is not forgotten.
            connection.execute(people.update().where(people.c.conversation == kept.conversation).values(updated=at))
            if kept.answers:
                connection.execute(answers.insert(), [
                    {"id": answer.id, "conversation": kept.conversation, "at": at, "topic": answer.topic, "force": answer.force,
                     "scope": answer.scope, "emergency": answer.emergency, "helpful": None} for answer in kept.answers])
                counts.count(connection, "telegram", at, [msgspec.structs.asdict(answer) for answer in kept.answers])
            for key, payload in kept.payloads.items():
                _upsert(connection, payloads, {"id": key}, {"payload": payload, "updated": at})

    def progress(self, update: int, sent: int) -> None:
        """Notes that Telegram has taken the first `sent` letters."""
        with self._database.transaction() as connection:
            self._change(connection, update, sent=sent)

    def finish(self, update: int, fingerprint: str | None) -> bool:
        """Wipes what an update said; only that it was answered is kept. True once that is done."""
        with self._database.transaction() as connection:
            self._change(connection, update, done=True, raw=None, letters=None, fingerprint=fingerprint)
        return True

    def answered(self, fingerprint: str) -> bool:
        """Whether a message with this fingerprint has been answered."""
        query = sa.select(updates.c.id).where(updates.c.fingerprint == fingerprint).limit(1)
        with self._database.transaction() as connection:
            return connection.scalar(query) is not None

    def _change(self, connection: sa.Connection, update: int, **values: Any) -> None:
        connection.execute(updates.update().where(updates.c.bot == self._bot, updates.c.id == update).values(values))

    # people -------------------------------------------------------------------------------

    def person(self, conversation: str) -> Person:
        """What is remembered of a person; nothing, if they are new."""
        query = sa.select(people.c.force, people.c.told).where(people.c.conversation == conversation)
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
        return Person(*row) if row else Person()

    def remember(self, conversation: str, person: Person) -> None:
        """Remembers a person's force."""
        with self._database.transaction() as connection:
            _upsert(connection, people, {"conversation": conversation},
                    {"force": person.force, "told": person.told, "updated": now()})

    def forget(self, conversation: str) -> None:
        """Deletes all that is kept of a person in a chat."""
        with self._database.transaction() as connection:
            connection.execute(people.delete().where(people.c.conversation == conversation))
            connection.execute(answers.delete().where(answers.c.conversation == conversation))
        self._database.wipe_traces()

    def held(self, conversation: str) -> Held:
        """What is held of a person at this moment."""
        count = sa.select(sa.func.count(), sa.func.count(answers.c.helpful)).where(answers.c.conversation == conversation)
        with self._database.transaction() as connection:
            total, rated = connection.execute(count).one()
        return Held(self.person(conversation).force, total, rated)

    # buttons ------------------------------------------------------------------------------

    def payload(self, key: str) -> str | None:
        """What a quick reply says, or None for one that is too old."""
        with self._database.transaction() as connection:
            return connection.scalar(sa.select(payloads.c.payload).where(payloads.c.id == key))

    def rate(self, answer: str, conversation: str, helpful: bool) -> str:
        """Keeps whether an answer helped: 'kept', 'gone', or 'not_yours' for somebody else's answer."""
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(answers).where(answers.c.id == answer)).one_or_none()
            if row is None:
                return "gone"
            if row.conversation != conversation:
                return "not_yours"
            connection.execute(answers.update().where(answers.c.id == answer).values(helpful=helpful))
            counts.rate(connection, "telegram", row.at, row._asdict(), row.helpful, helpful)
        return "kept"

    # housekeeping -------------------------------------------------------------------------

    def purge(self, retention_seconds: float) -> bool:
        """Deletes what is past its days, also updates that were never finished, and wipes; True once that is done."""
        limits = {updates: UPDATE_SECONDS, answers: retention_seconds, people: retention_seconds,
                  payloads: retention_seconds}
        with self._database.transaction() as connection:
            for table, seconds in limits.items():
                column = table.c.updated if "updated" in table.c else table.c.at
                connection.execute(table.delete().where(column < ago(seconds)))
        self.wipe()
        return True

    def wipe(self) -> None:
        """Overwrites what answered updates said where SQLite still has it."""
        self._database.wipe_traces()


def _upsert(connection: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Update or insert, in the same words for SQLite and PostgreSQL; one process writes these tables."""
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if connection.execute(table.update().where(where).values(values)).rowcount == 0:
        connection.execute(table.insert().values({**key, **values}))
