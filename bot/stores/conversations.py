"""The tracker store: what a conversation needs to go on, one row each.

Rasa's SQL store writes every event for ever and reads them all back before each message,
so that the thousandth message of a chat is slow and nothing is ever deleted. The thread
lives in slots; so one row holds the slots and the last turn.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from contextlib import suppress
from typing import Any, Callable, Dict, Iterable, List, Optional, Text

import msgspec
import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.dialects import postgresql, sqlite

import database
from bot import metrics

log = logging.getLogger(__name__)

SECONDS_A_DAY = 86_400
PURGE_SECONDS = SECONDS_A_DAY / 24
# What of a message's understanding is read once its turn is over: rules look at the intent.
KEPT_OF_A_MESSAGE = ("intent", "entities")
# A worker answers one message at a time; two more for purging and deleting.
CONNECTIONS = 5

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

    def __init__(self, domain: Domain, event_broker: Optional[EventBroker] = None, host: Optional[Text] = None, **kwargs: Any) -> None:
        # `host` is how Rasa hands over the `url` of endpoints.yml.
        super().__init__(domain, event_broker, **kwargs)
        self.engine = database.engine(host or os.environ.get("DATABASE_URL") or database.DEFAULT_URL, CONNECTIONS)
        database.make_tables(self.engine, _metadata)
        self._find = _Statement(
            self.engine, sa.select(_conversations.c.state).where(_conversations.c.sender_id == sa.bindparam("sender_id"))
        )
        self._put = _Statement(self.engine, _upsert(self.engine))
        self._retention = _retention_days() * SECONDS_A_DAY
        # By itself, for nobody may write for weeks: what is past its days goes all the same.
        threading.Thread(target=self._keep_purging, name="purge", daemon=True).start()

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation as it stood, or None for a new one."""
        with metrics.stage("read"):
            state = await _in_thread(self._read, sender_id)
        if state is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, msgspec.json.decode(state), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes slots and the last turn, and only then returns: what is answered is kept."""
        await self.stream_events(tracker)
        with metrics.stage("write"):
            await _in_thread(self._write, tracker.sender_id, serialise(tracker))

    async def delete(self, sender_id: Text) -> None:
        """Forgets one conversation. Unknown ids are fine: they are forgotten already."""
        await _in_thread(self._execute, _conversations.delete().where(_conversations.c.sender_id == sender_id))

    async def keys(self) -> Iterable[Text]:
        """Ids of all conversations kept."""
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(_conversations.c.sender_id))]

    def _read(self, sender_id: Text) -> Optional[Text]:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(*self._find.filled(sender_id=sender_id)).scalar()

    def _write(self, sender_id: Text, state: Text) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(*self._put.filled(sender_id=sender_id, updated=time.time(), state=state))

    def _execute(self, statement: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(statement)

    def _keep_purging(self) -> None:
        while True:
            self._purge()
            time.sleep(PURGE_SECONDS)

    def _purge(self) -> None:
        try:
            self._execute(_conversations.delete().where(_conversations.c.updated < time.time() - self._retention))
            database.wipe_traces(self.engine)
        except sa.exc.SQLAlchemyError as error:
            log.error("Old conversations could not be purged (%s); trying again in an hour.", type(error).__name__)


class _Statement:
    """A statement as the database's driver takes it: built once, where SQLAlchemy would look it up each time."""

    def __init__(self, engine: sa.engine.Engine, statement: Any):
        self._compiled = statement.compile(dialect=engine.dialect)
        self._text = str(self._compiled)

    def filled(self, **values: Any) -> Any:
        """(text, parameters) for `exec_driver_sql`."""
        parameters: Dict[Text, Any] = self._compiled.construct_params(values)
        return self._text, tuple(parameters[name] for name in self._compiled.positiontup) if self._compiled.positional else parameters


def serialise(tracker: DialogueStateTracker) -> Text:
    """The slots, and the last turn with the 'listen' before it: all that rules and sessions look at."""
    slots = [SlotSet(name, slot.value).as_dict() for name, slot in tracker.slots.items() if slot.value is not None]
    return msgspec.json.encode(slots + [_lean(event) for event in _last_turn(tracker)]).decode()


def _last_turn(tracker: DialogueStateTracker) -> List[Event]:
    turn: List[Event] = []
    for event in reversed(tracker.events):
        turn.append(event)
        if isinstance(event, ActionExecuted) and any(isinstance(later, UserUttered) for later in turn):
            break
    return turn[::-1]


def _lean(event: Event) -> Dict[Text, Any]:
    written = event.as_dict()
    if isinstance(event, UserUttered):
        written["parse_data"] = {key: written["parse_data"][key] for key in KEPT_OF_A_MESSAGE if key in written["parse_data"]}
    return written


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of `work`; raises what it raises. A turn that is given up waits for it, too.

    A thread can't be called back, and once the conversation's lock is let go it could write behind a deletion.
    """
    working = asyncio.get_running_loop().run_in_executor(None, work, *arguments)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        with suppress(Exception):  # nobody waits for its result any more
            await working
        raise


def _retention_days() -> float:
    written = os.environ.get("RETENTION_DAYS", "").strip()
    if not written:
        return database.DEFAULT_RETENTION_DAYS
    try:
        return database.retention_days(written)
    except ValueError as error:
        raise ValueError(f"RETENTION_DAYS {error}; it is '{written}'") from None


def _upsert(engine: sa.engine.Engine) -> Any:
    dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
    row = {name: sa.bindparam(name) for name in ("sender_id", "updated", "state")}
    insert = dialect.insert(_conversations).values(row)
    return insert.on_conflict_do_update(index_elements=["sender_id"], set_={name: insert.excluded[name] for name in ("updated", "state")})
