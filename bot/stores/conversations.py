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
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Optional, Text

import msgspec
import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.dialects import postgresql, sqlite

from bot import metrics

log = logging.getLogger(__name__)

STATE = Path(__file__).resolve().parents[2] / ".state"
DEFAULT_URL = f"sqlite:///{STATE / 'conversations.db'}"
DEFAULT_RETENTION_DAYS, MOST_RETENTION_DAYS = 30, 3660
SECONDS_A_DAY = 86_400
PURGE_SECONDS = SECONDS_A_DAY / 24
# What of a message's understanding is read once its turn is over: rules look at the intent.
KEPT_OF_A_MESSAGE = ("intent", "entities")
# A database that takes longer to be reached or to be free is as good as gone.
BUSY_SECONDS = 5
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
        self.engine = _engine(host or os.environ.get("DATABASE_URL") or DEFAULT_URL)
        _make_tables(self.engine)
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
            if self.engine.dialect.name == "sqlite":
                with suppress(sa.exc.OperationalError), self.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds the words too; busy: next time
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
    """The setting as the door reads it. Raises `ValueError`: with a slip of the pen everything might be purged, or nothing."""
    written = os.environ.get("RETENTION_DAYS") or str(DEFAULT_RETENTION_DAYS)
    try:
        days = float(written)
    except ValueError:
        days = 0.0
    if not 0 < days <= MOST_RETENTION_DAYS:
        raise ValueError(f"RETENTION_DAYS must be a number of days above 0 and at most {MOST_RETENTION_DAYS}; it is '{written}'")
    return days


def _upsert(engine: sa.engine.Engine) -> Any:
    dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
    row = {name: sa.bindparam(name) for name in ("sender_id", "updated", "state")}
    insert = dialect.insert(_conversations).values(row)
    return insert.on_conflict_do_update(index_elements=["sender_id"], set_={name: insert.excluded[name] for name in ("updated", "state")})


def _make_tables(engine: sa.engine.Engine) -> None:
    # Several Rasas starting at once: between the look and the creation another may make the table, or its index.
    for _ in range(1 + len(_conversations.indexes)):
        with suppress(sa.exc.ProgrammingError, sa.exc.IntegrityError, sa.exc.OperationalError):
            _metadata.create_all(engine)
            return
    _metadata.create_all(engine)  # a real fault comes again


def _engine(url: Text) -> sa.engine.Engine:
    # hide_parameters: an error in a log must not quote what a person wrote.
    options: Dict[Text, Any] = {
        "hide_parameters": True,
        "pool_size": CONNECTIONS,
        "max_overflow": CONNECTIONS,
        "pool_timeout": BUSY_SECONDS,
    }
    if sa.engine.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_SECONDS}, **options)
    Path(sa.engine.make_url(url).database or ".").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, poolclass=sa.pool.QueuePool, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options
    )

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # WAL lets the door read while Rasa writes; NORMAL survives a crash of the process.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # What somebody deletes must not linger in free pages of the file.
        connection.execute("PRAGMA secure_delete=ON")

    return engine
