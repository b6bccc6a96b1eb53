"""The running draft: which model it has, what becomes of one that won't stop."""

from __future__ import annotations

import signal
import subprocess
import sys

import msgspec
import pytest

from releases import trial
from releases.store import StoreError
from tests.releases.conftest import KENT

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"


def test_a_draft_that_does_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr(trial, "STOP_SECONDS", 0.2)
    tried = trial.Trial()
    process = tried._process = subprocess.Popen([sys.executable, "-c", DEAF], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"here\n"
        tried.stop()
        assert process.poll() == -signal.SIGKILL and tried.state == "off"
    finally:
        process.kill()


def later(store, release, **changes):
    return store.add(msgspec.structs.replace(release, id="", **changes))


def test_the_model_is_the_one_trained_from_the_draft_else_the_newest(store, first, content, edit):
    candidate = later(store, first, made_at="2099-01-01T00:00:00Z", kind="candidate", trained_from="an older draft")
    assert trial.nearest_model(store, content) == first
    edit(KENT, "aliases:", "aliases:\n  - kentish coppers")
    assert trial.nearest_model(store, content) == candidate
    files = later(store, first, made_at="2099-01-02T00:00:00Z", trained_from="the files since")
    assert trial.nearest_model(store, content) == files
    later(store, first, made_at="2099-01-03T00:00:00Z", kind="knowledge")
    assert trial.nearest_model(store, content) == files, "a campaign's release has the model that was live"


def test_a_mistake_in_a_fact_leaves_the_newest_model(store, first, content):
    (content / KENT).write_text("id: [kent\n", "utf-8")
    assert trial.nearest_model(store, content) == first


def test_without_any_release_there_is_no_model(store, content):
    with pytest.raises(StoreError, match="make run"):
        trial.nearest_model(store, content)
