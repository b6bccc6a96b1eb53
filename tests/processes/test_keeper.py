"""A part that stops is started again, with patience; one that hangs is ended. Real small processes, a clock of our own."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from processes import keeper
from processes.keeper import Keeper


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def kept():
    """A keeper of one part, which is `sleep` under our own clock; `kept.launched` counts its starts."""
    def launch(part):
        part.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
        part.launched += 1

    clock, said = Clock(), []
    part = SimpleNamespace(name="Rasa", log="rasa.log", ready_url="http://127.0.0.1:9/", process=None, launched=0)
    launch(part)
    made = SimpleNamespace(part=part, clock=clock, said=said, keeper=Keeper([part], launch, said.append, clock))
    yield made
    part.process.kill()
    part.process.wait()


def stop(part):
    part.process.kill()
    part.process.wait()


def test_a_part_that_lives_is_left_alone(kept, monkeypatch):
    monkeypatch.setattr(keeper, "_answers", lambda url: True)
    for kept.clock.now in range(0, 3_000, 7):
        kept.keeper.look()
    assert kept.part.launched == 1 and not kept.said


def test_a_part_that_stops_is_started_again_and_the_operator_is_told(kept):
    kept.clock.now = 100
    stop(kept.part)
    kept.keeper.look()
    assert kept.part.launched == 1 and "Rasa stopped by itself (exit code -9" in kept.said[0] and "999" in kept.said[0]
    kept.clock.now += keeper.FIRST_PAUSE_SECONDS
    kept.keeper.look()
    assert kept.part.launched == 2 and kept.part.process.poll() is None


def test_the_pauses_grow_up_to_a_limit_and_begin_anew_after_a_steady_while(kept):
    pauses = []
    for _ in range(8):
        stop(kept.part)
        kept.keeper.look()
        noticed, before = kept.clock.now, kept.part.launched
        while kept.part.launched == before:
            kept.clock.now += 0.5
            kept.keeper.look()
        pauses.append(kept.clock.now - noticed)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    kept.clock.now += keeper.STEADY_SECONDS + 1
    stop(kept.part)
    kept.keeper.look()
    assert "again in 1 s" in kept.said[-1]


def test_a_part_that_once_answered_and_hangs_is_ended(kept, monkeypatch):
    answering = True
    monkeypatch.setattr(keeper, "_answers", lambda url: answering)
    for kept.clock.now in range(0, 100):
        kept.keeper.look()
    answering = False
    for kept.clock.now in range(100, 150):
        kept.keeper.look()
    assert kept.part.process.poll() is None, "not at once: it may be loading a model"
    for kept.clock.now in range(150, 200):
        kept.keeper.look()
        if kept.said:
            break  # one more look might already start it again
    assert kept.part.process.wait(10) == -9 and "said nothing" in kept.said[0]


def test_a_part_that_never_answered_yet_is_given_the_time_of_a_start_and_then_ended(kept, monkeypatch):
    monkeypatch.setattr(keeper, "_answers", lambda url: False)
    for kept.clock.now in range(0, 180):
        kept.keeper.look()
    assert kept.part.process.poll() is None, "Rasa may still be importing"
    for kept.clock.now in range(180, 210):
        kept.keeper.look()
        if kept.said:
            break  # one more look might already start it again
    assert kept.part.process.wait(10) == -9 and "said nothing for 180 s" in kept.said[0]


def test_a_part_that_hangs_while_it_is_started_again_is_ended_too(kept, monkeypatch):
    monkeypatch.setattr(keeper, "_answers", lambda url: False)
    kept.clock.now = 1_000
    stop(kept.part)
    kept.keeper.look()
    kept.clock.now += keeper.FIRST_PAUSE_SECONDS
    kept.keeper.look()
    started = int(kept.clock.now)
    for kept.clock.now in range(started, started + 180):
        kept.keeper.look()
    assert kept.part.process.poll() is None and kept.part.launched == 2
    kept.clock.now += keeper.PROBE_EVERY_SECONDS
    kept.keeper.look()
    assert kept.part.process.wait(10) == -9


def test_a_part_that_cannot_be_started_just_now_is_tried_again(kept):
    launch, kept.keeper._launch = kept.keeper._launch, lambda part: (_ for _ in ()).throw(BlockingIOError("no process to be had"))
    stop(kept.part)
    kept.keeper.look()
    kept.clock.now += 1
    kept.keeper.look()
    assert "can't be started" in kept.said[-1]
    kept.keeper._launch = launch
    for kept.clock.now in range(2, 9):
        kept.keeper.look()
    assert kept.part.launched == 2 and kept.part.process.poll() is None


def test_a_part_that_fails_for_ever_is_tried_for_ever(kept):
    kept.keeper._states["Rasa"].failures = 5_000
    stop(kept.part)
    kept.keeper.look()
    assert "again in 30 s" in kept.said[-1]
