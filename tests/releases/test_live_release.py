"""Publishing and rolling back while people talk, with the real action server and Rasa."""

from __future__ import annotations

import time

import pytest

from processes import stack
from releases.store import MODEL
from tools import release_bench
from tools.release_bench import Traffic

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Release server, action server and two Rasas that follow it."""
    with release_bench.running(tmp_path_factory.mktemp("live"), workers=2) as it:
        it.wait_until_followed()
        yield it


@pytest.fixture(scope="module")
def first(running):
    """What was live at the beginning."""
    return running.store.live_release()


@pytest.fixture(scope="module")
def other(running, first):
    """Another model and other knowledge."""
    return release_bench.another(running.store, release_bench.OTHER_TEXT)


@pytest.fixture(autouse=True)
def back_to_first(running, first):
    """Each test begins with the first release, and ends with it."""
    yield
    running.store.publish(first.id, "test", "roll_back")
    running.wait_until_followed()


def test_nobody_loses_an_answer_or_the_thread_while_releases_change(running, first, other):
    traffic = Traffic(running.rasa_url)
    traffic.start()
    for release in (other, first, other, first):
        time.sleep(2)
        running.store.publish(release.id, "test")
        running.wait_until_followed()
    traffic.stop()
    assert len(traffic.replies) == traffic.sent > 100
    assert [reply.wrong for reply in traffic.replies if reply.wrong] == []


def test_several_rasas_change_together_and_answers_are_those_of_the_release(running, first, other):
    def answer():
        return release_bench.ask(running.rasa_url, f"seen-{time.monotonic()}", release_bench.FIRST)[0]["text"]

    running.store.publish(other.id, "test")
    running.wait_until_followed()
    assert sum(follower["part"] == "model" for follower in running.live()["followers"]) == 2
    assert release_bench.OTHER_TEXT in answer()
    running.store.publish(first.id, "test", "roll_back")
    running.wait_until_followed()
    assert release_bench.OTHER_TEXT not in answer()


def test_a_damaged_model_is_not_loaded_and_people_are_answered_on(running, other):
    path = running.store.object_path(other.model, MODEL)
    whole = path.read_bytes()
    running.store.publish(other.id, "test")
    path.write_bytes(whole[:-1000] + b"\0" * 1000)
    try:
        time.sleep(3 * stack.PULL_SECONDS)
        assert not any(item["current"] for item in running.live()["followers"] if item["part"] == "model")
        assert release_bench.ask(running.rasa_url, "damaged", release_bench.FIRST)[0]["custom"]["force"] == release_bench.FORCE
    finally:
        path.write_bytes(whole)


def test_what_is_no_model_is_refused_and_people_are_answered_on(running, first):
    from msgspec.structs import replace
    fake = running.store.add(replace(first, model=running.store.put(MODEL, b"this is no model"), note="no model", by="test"))
    running.store.publish(fake.id, "test")
    time.sleep(3 * stack.PULL_SECONDS)
    assert release_bench.ask(running.rasa_url, "no-model", release_bench.FIRST)[0]["custom"]["force"] == release_bench.FORCE
    assert not any(item["current"] for item in running.live()["followers"] if item["part"] == "model")


def test_with_the_release_server_away_people_are_answered_and_changes_come_later(running, other):
    server = running.stack.parts[0]
    stack.stop(server)
    assert release_bench.ask(running.rasa_url, "away", release_bench.FIRST)[0]["custom"]["force"] == release_bench.FORCE
    running.store.publish(other.id, "test")
    running.stack.launch(server)
    running.stack.wait(server)
    time.sleep(2 * stack.PULL_SECONDS)
    running.wait_until_followed()
