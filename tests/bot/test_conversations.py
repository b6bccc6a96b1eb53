"""Rasa's store: what is kept of a conversation, and how large it gets, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.stores import conversations
from bot.stores.conversations import ConversationStore

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask]
actions: [action_answer]
slots:
  force: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  pending: {type: any, mappings: [{type: custom}]}
""")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request, tmp_path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/conversations.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url) -> ConversationStore:
    made = ConversationStore(DOMAIN, host=url)
    yield made
    with made.engine.begin() as connection:
        connection.execute(conversations._conversations.delete())
    made.engine.dispose()


async def _turn(store: ConversationStore, sender: str, text: str, **slots: Any) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender)
    tracker.update_with_events(
        [
            UserUttered(
                text, {"name": "ask", "confidence": 0.9}, parse_data={"intent": {"name": "ask"}, "intent_ranking": [{"name": "ask"}] * 10}
            ),
            *[SlotSet(name, value) for name, value in slots.items()],
            ActionExecuted("action_answer"),
            BotUttered("An answer"),
            ActionExecuted("action_listen"),
        ],
        DOMAIN,
    )
    await store.save(tracker)
    return tracker


async def test_the_thread_goes_on(store):
    await _turn(store, "a", "can they detain me", force="dorset", pending={"ask": "topic"})
    await _turn(store, "a", "Dŵr, £ and '; drop table", pending=None)
    tracker = await store.retrieve("a")
    assert tracker.get_slot("force") == "dorset" and tracker.get_slot("pending") is None
    assert tracker.latest_action_name == "action_listen"
    assert tracker.latest_message.text == "Dŵr, £ and '; drop table" and tracker.latest_message.intent["name"] == "ask"
    assert await store.retrieve("b") is None
    assert list(await store.keys()) == ["a"]


async def test_rules_see_the_same_as_with_everything_kept(store):
    """The states of the last turn, which is as far as the rules look."""
    await _turn(store, "a", "one")
    whole = await _turn(store, "a", "two")
    kept = await store.retrieve("a")
    states = kept.past_states(DOMAIN)
    assert len(states) == 4 and states[1:] == whole.past_states(DOMAIN)[-3:]


async def test_a_first_message_is_kept_whole(store):
    tracker = DialogueStateTracker("new", DOMAIN.slots)
    tracker.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
    await store.save(tracker)
    assert (await store.retrieve("new")).latest_action_name == "action_listen"


async def test_the_thousandth_message_is_no_larger_than_the_tenth(store):
    sizes = []
    for number in range(300):
        tracker = await _turn(store, "long", f"message {number:04}", force="kent")
        sizes.append(len(conversations.serialise(tracker)))
    assert max(sizes[10:]) - min(sizes[10:]) < 50, "timestamps differ by a digit or two, and nothing else grows"
    assert "intent_ranking" not in conversations.serialise(tracker)


async def test_deleting_and_purging(store, monkeypatch):
    for sender in ("old", "new"):
        await _turn(store, sender, "hello")
    with store.engine.begin() as connection:
        connection.execute(
            conversations._conversations.update()
            .where(conversations._conversations.c.sender_id == "old")
            .values(updated=time.time() - 31 * 86_400)
        )
    store._purge()
    assert list(await store.keys()) == ["new"]
    await store.delete("new")
    await store.delete("unknown")
    assert list(await store.keys()) == []


async def test_what_a_turn_was_writing_as_it_was_given_up_is_not_written_after_a_deletion(store, monkeypatch):
    write = store._write

    def slowly(*arguments: Any) -> None:
        time.sleep(0.3)
        write(*arguments)

    monkeypatch.setattr(store, "_write", slowly)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(_turn(store, "a", "my zebra"), 0.1)
    await store.delete("a")
    await asyncio.sleep(0.4)
    assert list(await store.keys()) == []


async def test_the_purge_comes_by_itself_also_where_nobody_writes(store, url, monkeypatch):
    monkeypatch.setattr(conversations, "PURGE_SECONDS", 0.05)
    await _turn(store, "old", "my zebra")
    with store.engine.begin() as connection:
        connection.execute(conversations._conversations.update().values(updated=time.time() - 31 * 86_400))
    idle = ConversationStore(DOMAIN, host=url)
    for _ in range(100):
        if not list(await idle.keys()):
            break
        await asyncio.sleep(0.05)
    assert not list(await idle.keys())


async def test_a_failing_purge_stops_nobody(store, monkeypatch):
    def broken(_: Any) -> None:
        raise sa.exc.OperationalError("", {}, None)

    monkeypatch.setattr(store, "_execute", broken)
    store._purge()


async def test_many_at_once(store):
    await asyncio.gather(*[_turn(store, f"person {number}", "hello", force="kent") for number in range(40)])
    assert len(list(await store.keys())) == 40


async def test_an_error_does_not_quote_what_a_person_wrote(store):
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        with store.engine.begin() as connection:
            connection.exec_driver_sql("insert into no_such_table values ('x')")
            connection.execute(sa.text("select :secret from nowhere"), {"secret": "my name is Jo"})
    assert "Jo" not in str(caught.value)
    assert store.engine.hide_parameters


@pytest.mark.parametrize("written", ["soon", "-1", "0", "nan", "inf"])
def test_a_slip_in_how_long_conversations_are_kept_is_said_and_purges_nothing(written, tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DAYS", written)
    with pytest.raises(ValueError, match=f"RETENTION_DAYS must be a number of days .* it is '{written}'"):
        ConversationStore(DOMAIN, host=f"sqlite:///{tmp_path}/conversations.db")
