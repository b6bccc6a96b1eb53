"""The draft as a running assistant, for as long as somebody tries it out."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from pathlib import Path

import structlog

from knowledge import KnowledgeError
from processes.stack import RASA_PYTHON
from releases import drafts
from releases.store import MODEL, PROJECT, Release, Store, StoreError

log = structlog.get_logger()

IDLE_SECONDS = 300
# Each of its two parts has 15 s to stop (processes/stack.py); then it hangs.
STOP_SECONDS = 35.0


class Trial:
    """At most one draft a door; it needs as much memory as the live assistant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.release: Release | None = None
        self.url: str | None = None
        self.error: str | None = None

    @property
    def state(self) -> str:
        """'off', 'starting', 'ready' or 'failed'."""
        if self.error:
            return "failed"
        if self._process is None or self._process.poll() is not None:
            return "off"
        return "ready" if self.url else "starting"

    def start(self, store: Store, content: Path) -> None:
        """Starts the draft: its facts as they are in the files, with the model that is nearest to them. Raises `OSError`, `StoreError`."""
        with self._lock:
            release = nearest_model(store, content)
            if self.state in ("starting", "ready") and self.release and self.release.model == release.model:
                return
            self._end()
            command = [str(RASA_PYTHON), "-W", "ignore", "-m", "releases.trial_process",
                       str(store.object_path(release.model, MODEL)), str(content), str(IDLE_SECONDS)]
            self.release, self.url, self.error = release, None, None
            self._process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                             stderr=subprocess.DEVNULL, start_new_session=True)
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def keep(self) -> None:
        """Somebody still tries: the idle time begins anew."""
        process = self._process
        if process and process.stdin:
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(b"\n")
                process.stdin.flush()

    def stop(self) -> None:
        """Ends the draft."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.stdin.close()
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:  # forgotten, it would hold a gigabyte for ever; its parts go with it
                self._process.kill()
                self._process.wait()
        self._process, self.url, self.error = None, None, None

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        line = process.stdout.readline()
        if process is not self._process:
            return
        try:
            said = json.loads(line)
        except ValueError:
            said = {"error": "The draft stopped while starting. Start it again; if it stops again, ask an engineer."}
        self.url, self.error = said.get("url"), said.get("error")
        log.info("trial.started" if self.url else "trial.failed", error=self.error)
        process.wait()
        if process is self._process:
            self.url = None


def nearest_model(store: Store, content: Path) -> Release:
    """The newest release that was trained from what the draft holds, else the newest that was trained.

    Raises `OSError`, and `StoreError` where there is none.
    """
    # Those of knowledge last: they have the model that was live, be it older than a candidate's.
    releases = sorted(store.releases(), key=lambda release: release.kind == "knowledge")
    if not releases:
        raise StoreError("There is no model yet. Start the assistant with `make run` first.")
    try:
        learnt = drafts.trained_from(content)
    except KnowledgeError:  # a mistake in a fact: the draft says it itself when it starts
        return releases[0]
    return next((release for release in releases if release.trained_from == learnt), releases[0])
