"""Jobs as the console sees them; the work itself is replaced by a script."""

from __future__ import annotations

import os
import signal
import sys
import time

import msgspec
import pytest

from releases import drafts, jobs
from releases.jobs import Busy, Jobs, Kept
from releases.store import PROJECT

# A job as releases/job_process.py would be, but that only waits: holds the lock, writes its pid.
WAITING = f"""
import os, sys, time
sys.path.insert(0, {str(PROJECT)!r})
from releases import job_process, jobs
from releases.store import Store
store = Store()
job_process._hold_lock(store)
job = jobs.read(store)
job.pid = os.getpid()
job.steps[0].began = time.time()
jobs.write(store, job)
time.sleep(60)
"""


@pytest.fixture
def waiting(store, content, tmp_path, monkeypatch) -> Jobs:
    """Jobs whose process waits until it is killed."""
    script = tmp_path / "python"
    script.write_text(f"#!{sys.executable}\n{WAITING}")
    script.chmod(0o755)
    monkeypatch.setattr(jobs, "RASA_PYTHON", script)
    monkeypatch.setattr(jobs, "COMING_UP_SECONDS", 0.0)
    yield Jobs(store)
    job = jobs.read(store)
    if job and job.pid and jobs.is_alive(store):
        os.kill(job.pid, signal.SIGKILL)


def until(condition) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to that")


def started(it: Jobs, store, **more) -> jobs.Job:
    it_job = None
    jobs.COMING_UP_SECONDS = 30.0
    it_job = it.start("check", "ada", [[Kept(1, "am i too old")]], **more)
    until(lambda: (jobs.read(store).pid and jobs.is_alive(store)))
    jobs.COMING_UP_SECONDS = 0.0
    return it_job


def test_one_at_a_time(waiting, store):
    started(waiting, store, note="more examples")
    assert waiting.current().state == "running" and waiting.current().note == "more examples"
    with pytest.raises(Busy):
        waiting.start("check", "ben", [])


def test_a_killed_job_is_failed_and_leaves_nothing_that_people_asked(waiting, store):
    job = started(waiting, store)
    kept = jobs.work_folder(store, job) / "kept.json"
    assert b"am i too old" in kept.read_bytes()
    os.kill(jobs.read(store).pid, signal.SIGKILL)
    until(lambda: not jobs.is_alive(store))
    found = waiting.current()
    assert found.state == "failed" and "Nothing was changed" in found.error
    assert not kept.exists() and not (store.folder / "work").exists()
    assert started(waiting, store).id != job.id


def test_a_door_that_starts_anew_still_sees_the_job(waiting, store):
    job = started(waiting, store)
    assert Jobs(store).current().id == job.id and Jobs(store).current().state == "running"


def test_stopping_ends_the_process(waiting, store):
    started(waiting, store)
    waiting.stop()
    until(lambda: not jobs.is_alive(store))


def test_a_comparison_with_nothing_live_says_so(store, content, model):
    it = Jobs(store)
    it.start("changes", "ada", [], candidate=drafts.make(store, content, model, "ada", "candidate").id)
    until(lambda: it.current().state != "running")
    assert it.current().error.startswith("Nothing is live yet, so there is nothing to compare with.")


def test_the_time_left_is_what_is_left_of_each_step(store):
    job = jobs.Job("x", "check", "ada", "", "running",
                   [jobs.Step("copy", 2, 0.0, 2.0), jobs.Step("train", 90, 10.0), jobs.Step("ask", 80)], 0.0)
    assert job.seconds_left(40.0) == 60 + 80
    job.done, job.total = 10, 40
    assert job.seconds_left(40.0) == 90 + 80


def test_how_long_steps_take_is_learnt(store):
    job = jobs.Job("x", "check", "ada", "", "done", [jobs.Step("train", 90, 10.0, 40.0), jobs.Step("ask", 80)], 0.0)
    jobs.learn(store, job)
    assert msgspec.json.decode((store.folder / "durations.json").read_bytes()) == {"train": 30.0}
