"""The store on SQLite and, where `initdb` is at hand, on a PostgreSQL of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from door import counts
from door.database import Database, daily_counts, metadata
from door.store import Gone, IdReused, Message, Store, Turn, now
from processes.ports import free_port


def initdb() -> Path | None:
    found = shutil.which("initdb") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives for this run. It refuses to run as root."""
    program = initdb()
    if not program:
        pytest.skip("no PostgreSQL here (initdb isn't on the PATH)")
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="door-postgres-"))
    data = folder / "data"
    if os.getuid() == 0:
        shutil.chown(folder, user)
    as_user = {"user": user, "env": {"PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C"},
               "cwd": folder, "capture_output": True, "check": True}
    port = free_port()
    try:
        subprocess.run([program, "-D", data, "-U", "door", "-A", "trust", "-E", "UTF8"], **as_user)
        # Output to a file: pg_ctl's child would hold a pipe open for ever.
        subprocess.run([program.with_name("pg_ctl"), "-D", data, "-w", "-l", folder / "log", "-o",
                        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", "start"],
                       **{**as_user, "capture_output": False, "stdout": subprocess.DEVNULL})
        yield f"postgresql://door@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([program.with_name("pg_ctl"), "-D", data, "-m", "immediate", "stop"],
                       **{**as_user, "check": False})
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def database(request, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/door.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    made = Database(url)
    yield made
    metadata.drop_all(made.engine)
    made.engine.dispose()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def turn(number: int = 1, at: str | None = None, text: str = "hello 👋") -> Turn:
    at = at or now()
    return Turn(Message(f"q{number}", "person", at, text), [
        Message(f"a{number}", "assistant", at, "one", f"q{number}", {"topic": "greet", "sources": []}),
        Message(f"b{number}", "assistant", at, "two", f"q{number}", {"topic": "greet"},
                [{"title": "t", "payload": "p"}])])


def test_a_turn_is_found_again_as_it_was(store: Store):
    kept = turn()
    assert store.find("c", "q1", "hello 👋", begun=False) is None
    store.save("c", kept, begun=False)
    assert store.find("c", "q1", "hello 👋", begun=True) == kept
    assert store.history("c", 10) == [kept.question, *kept.replies]
    assert [message.id for message in store.history("c", 2)] == ["a1", "b1"]


def test_a_turn_is_kept_whole_or_not_at_all(store: Store):
    store.save("c", turn(1), begun=False)
    clash = turn(2)
    clash = Turn(clash.question, [clash.replies[0], Message("a1", "assistant", now(), "x", "q2")])
    with pytest.raises(sa.exc.IntegrityError):
        store.save("c", clash, begun=True)
    assert len(store.history("c", 10)) == 3


def test_ids_are_not_used_twice(store: Store):
    store.save("c", turn(), begun=False)
    for question, text in (("q1", "another"), ("a1", "one"), ("a1", "hello 👋")):
        with pytest.raises(IdReused):
            store.find("c", question, text, begun=True)


def test_what_is_gone_is_gone(store: Store):
    for ask in (lambda: store.find("c", "q1", "x", begun=True), lambda: store.save("c", turn(), begun=True),
                lambda: store.history("c", 5)):
        with pytest.raises(Gone):
            ask()
    store.save("c", turn(), begun=False)
    store.forget("c")
    store.forget("c")
    assert store.to_forget() == ["c"]
    with pytest.raises(Gone):
        store.history("c", 5)
    store.forgotten_by_rasa("c")
    assert store.to_forget() == []


def test_the_purge_takes_the_old_and_leaves_the_new(store: Store):
    store.save("old", turn(1, "2020-01-01T00:00:00.000000Z"), begun=False)
    store.save("both", turn(1, "2020-01-01T00:00:00.000000Z"), begun=False)
    store.save("both", turn(2), begun=True)
    assert store.purge(86_400) == 6
    assert [message.id for message in store.history("both", 9)] == ["q2", "a2", "b2"]
    with pytest.raises(Gone):
        store.history("old", 5)
    assert store.purge(86_400) == 0


def test_an_opinion_is_kept(store: Store):
    store.save("c", turn(), begun=False)
    assert store.rate("c", "a1", True) and store.rate("c", "a1", False)
    assert not store.rate("c", "q1", True) and not store.rate("d", "a1", True)
    assert [message.helpful for message in store.history("c", 5)] == [None, False, None]


def test_two_clicks_at_once_are_one_opinion(store: Store, database: Database, monkeypatch):
    store.save("c", turn(), begun=False)
    count, counting = counts.rate, threading.Event()

    def slowly(*arguments: Any) -> None:
        counting.set()
        time.sleep(0.3)
        count(*arguments)

    monkeypatch.setattr(counts, "rate", slowly)
    clicks = [threading.Thread(target=store.rate, args=("c", "a1", True)) for _ in range(2)]
    clicks[0].start()
    assert counting.wait(10)  # the first has read what was said before, and has not counted yet
    clicks[1].start()
    for click in clicks:
        click.join()
    with database.transaction() as connection:
        assert connection.execute(sa.select(daily_counts.c.helped, daily_counts.c.unhelped)).all() == [(1, 0)]


def test_doors_that_start_together_make_the_tables_once(database: Database):
    url = database.engine.url.render_as_string(hide_password=False)
    stores, errors = [Store(Database(url)) for _ in range(6)], []

    def begin(number: int, store: Store) -> None:
        try:
            store.save(f"c{number}", turn(), begun=False)
        except sa.exc.SQLAlchemyError as error:
            errors.append(error)

    threads = [threading.Thread(target=begin, args=pair) for pair in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    stores[0].check_writable()
    stores[0].check_writable()
