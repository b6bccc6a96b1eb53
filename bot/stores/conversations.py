"""The tracker store: what a conversation needs to go on, one row each.

Rasa's SQL store writes every event for ever and reads them all back before each message,
so that the thousandth message of a chat is slow and nothing is ever deleted. The thread
lives in three slots; so one row holds the slots and the last few events.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any, Iterable, Optional, Text

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

STATE = Path(__file__).resolve().parents[2] / ".state"
DEFAULT_URL = f"sqlite:///{STATE / 'conversations.db'}"
DEFAULT_RETENTION_DAYS = 30
SECONDS_A_DAY = 86_400
# Two turns: the rules look at one, 'what was said last' is a slot.
KEPT_EVENTS = 24

_metadata = sa.MetaData()
_conversations = sa.Table(
    "rasa_conversations",
    _metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("updated", sa.Float, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
)


class ConversationStore(TrackerStore):
    """Keeps conversations in the database of `DATABASE_URL`, for `RETENTION_DAYS`.

    Raises `sqlalchemy.exc.SQLAlchemyError` when the database can't be used; Rasa's
    fail-safe wrapper then goes on without the thread.
    """

    def __init__(self, domain: Domain, event_broker: Optional[EventBroker] = None,
                 host: Optional[Text] = None, **kwargs: Any) -> None:
        # `host` is how Rasa hands over the `url` of endpoints.yml.
        super().__init__(domain, event_broker, **kwargs)
        self.engine = _engine(host or os.environ.get("DATABASE_URL") or DEFAULT_URL)
        _metadata.create_all(self.engine)
        self._retention = float(os.environ.get("RETENTION_DAYS") or DEFAULT_RETENTION_DAYS) * SECONDS_A_DAY
        self._last_purge = 0.0

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation as it stood, or None for a new one."""
        return await asyncio.get_running_loop().run_in_executor(None, self._read, sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes slots and the last events; older events are not kept."""
        await self.stream_events(tracker)
        state = self._serialise(tracker)
        await asyncio.get_running_loop().run_in_executor(None, self._write, tracker.sender_id, state)

    async def delete(self, sender_id: Text) -> None:
        """Forgets one conversation. Unknown ids are fine: they are forgotten already."""
        with self.engine.begin() as connection:
            connection.execute(_conversations.delete().where(_conversations.c.sender_id == sender_id))

    async def keys(self) -> Iterable[Text]:
        """Ids of all conversations kept."""
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(_conversations.c.sender_id))]

    def _read(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        query = sa.select(_conversations.c.state).where(_conversations.c.sender_id == sender_id)
        with self.engine.connect() as connection:
            state = connection.execute(query).scalar()
        if state is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, json.loads(state), self.domain.slots)

    def _serialise(self, tracker: DialogueStateTracker) -> Text:
        slots = [SlotSet(name, slot.value).as_dict()
                 for name, slot in tracker.slots.items() if slot.value is not None]
        recent = [event.as_dict() for event in list(tracker.events)[-KEPT_EVENTS:]]
        return json.dumps(slots + recent, ensure_ascii=False)

    def _write(self, sender_id: Text, state: Text) -> None:
        now = time.time()
        row = {"sender_id": sender_id, "updated": now, "state": state}
        with self.engine.begin() as connection:
            updated = connection.execute(_conversations.update()
                                         .where(_conversations.c.sender_id == sender_id).values(row))
            if updated.rowcount == 0:
                connection.execute(_conversations.insert().values(row))
            if now - self._last_purge > SECONDS_A_DAY / 24:
                self._last_purge = now
                connection.execute(_conversations.delete()
                                   .where(_conversations.c.updated < now - self._retention))


def _engine(url: Text) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    Path(sa.engine.make_url(url).database or ".").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, poolclass=sa.pool.QueuePool,
                              connect_args={"timeout": 10, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # WAL lets the door read while Rasa writes; NORMAL survives a crash of the process.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # What somebody deletes must not linger in free pages of the file.
        connection.execute("PRAGMA secure_delete=ON")

    return engine
