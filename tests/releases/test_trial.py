"""The running draft: what becomes of one that won't stop."""

from __future__ import annotations

import signal
import subprocess
import sys

from door.releases import trial

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
