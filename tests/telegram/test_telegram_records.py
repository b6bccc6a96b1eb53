"""What is kept, for how long, and what other databases must be able to do: the records by themselves."""

import asyncio
import datetime as dt
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from telegram import Update

from door.database import Database
from door.telegram import housekeeping, shelf
from door.telegram.application import Channel
from door.telegram.letters import Letter, Place, unpack
from door.telegram.records import Answer, Kept, Person, Records
from door.telegram.settings import from_environment
from door.telegram.tables import answers, payloads, people, updates

DAY = 86_400
KEPT = Kept([Letter(Place(1), "<b>x</b>", "x")], "tg-1", [Answer("a", "powers_search", "dorset", "force", False)], {"k": "payload"})


@pytest.fixture
def database(tmp_path) -> Database:
    return Database(f"sqlite:///{tmp_path}/records.db")


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database, 7)


def test_an_update_is_fresh_once_for_each_bot(records: Records, database: Database) -> None:
    raws = [{"update_id": 1}, {"update_id": 2}, {"update_id": 1}]
    assert records.accept(raws) == [{"update_id": 1}, {"update_id": 2}]
    assert records.accept(raws) == []
    assert Records(database, 8).accept(raws[:1]) == raws[:1]


def test_what_is_not_finished_waits_with_what_is_left_to_send(records: Records) -> None:
    records.accept([{"update_id": number} for number in (3, 1, 2)])
    records.keep(2, KEPT)
    records.progress(2, 1)
    records.finish(1, "print")
    assert [(item.id, item.sent, item.letters and unpack(item.letters)) for item in records.waiting()] == [
        (2, 1, KEPT.letters), (3, 0, None)]
    assert records.answered("print") and not records.answered("other")


def test_what_is_past_its_days_goes_and_what_is_in_use_stays(records: Records, database: Database) -> None:
    records.accept([{"update_id": 1}, {"update_id": 2}])
    records.keep(1, KEPT)
    records.finish(1, None)
    records.remember("tg-1", Person("dorset"))
    records.remember("tg-2", Person("kent"))
    long_ago = (dt.datetime.now(dt.UTC) - dt.timedelta(days=40)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with database.transaction() as connection:
        for table in (updates, answers, people, payloads):
            connection.execute(table.update().values({"updated" if "updated" in table.c else "at": long_ago}))
    assert records.waiting() == [], "nobody expects an answer that late"
    records.accept([{"update_id": 3}])
    records.keep(3, Kept([], "tg-2"))  # tg-2 has asked again
    records.purge(30 * DAY)
    with database.transaction() as connection:
        assert connection.scalars(sa.select(updates.c.id).order_by(updates.c.id)).all() == [3], "unanswered ones go, too"
        assert connection.scalars(sa.select(people.c.conversation)).all() == ["tg-2"]
        assert not connection.scalars(sa.select(answers.c.id)).all() + connection.scalars(sa.select(payloads.c.id)).all()


def test_what_was_answered_while_the_database_was_away_is_wiped_once_it_is_back(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "LEFT_ALONE_SECONDS", 0.0)
    monkeypatch.setattr(housekeeping, "LOOK_SECONDS", 0.01)
    channel = Channel(from_environment({"TELEGRAM_BOT_TOKEN": f"7:{'x' * 35}", "DATABASE_URL": f"sqlite:///{tmp_path}/records.db",
                                        "SECRET_KEY": "0123456789abcdef" * 4}))
    message = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "my zebra",
               "from": {"id": 5, "is_bot": False, "first_name": "A"}}
    channel.records.accept([{"update_id": 1, "message": message}])
    finish, failed = channel.records.finish, []

    def away(*arguments: object) -> bool:
        if len(failed) < 2:
            failed.append(arguments)
            raise sa.exc.OperationalError("", {}, None)
        return finish(*arguments)

    monkeypatch.setattr(channel.records, "finish", away)

    async def answered() -> None:
        await channel._finish(Update.de_json({"update_id": 1, "message": message}, channel.application.bot))
        assert [item.id for item in channel.records.waiting()] == [1]
        keeper = asyncio.create_task(housekeeping.run(channel))
        for _ in range(200):
            if not channel.records.waiting():
                break
            await asyncio.sleep(0.02)
        keeper.cancel()

    asyncio.run(answered())
    assert channel.records.waiting() == [] and channel.records.answered(failed[0][1])


def test_old_records_go_also_after_something_failed_that_nobody_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    async def broken() -> None:
        looked.append(1)
        raise ValueError

    async def look() -> None:
        keeper = asyncio.create_task(housekeeping.run(SimpleNamespace(finish_answered=broken)))
        for _ in range(200):
            if len(looked) > 1:
                break
            await asyncio.sleep(0.02)
        keeper.cancel()

    monkeypatch.setattr(housekeeping, "LOOK_SECONDS", 0.01)
    asyncio.run(look())
    assert len(looked) > 1


def test_a_force_can_be_changed_and_forgotten(records: Records) -> None:
    for force in ("dorset", "kent"):
        records.remember("tg-1", Person(force, told=False))
        assert records.person("tg-1") == Person(force, told=False)
    records.forget("tg-1")
    assert records.person("tg-1") == Person()
