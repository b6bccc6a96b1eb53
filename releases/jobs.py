"""Train and check, and what would change: one at a time, each a process of its own.

The process holds a lock for as long as it lives, so that a killed one is seen at once, and the
door may be restarted meanwhile. Nothing it makes counts before it is finished.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
import uuid
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from processes import files
from processes.stack import RASA_PYTHON
from releases import drafts
from releases.store import PROJECT, Release, Store, StoreError, now

Kind = Literal["check", "changes"]
# Between the start of the process and its lock: Python has to come up.
COMING_UP_SECONDS = 30.0
# Before anything was learnt: a laptop of 2026, seconds for each step.
USUAL_SECONDS = {"copy": 2, "train": 90, "start": 25, "ask": 80, "live": 100, "report": 5}
WORDS = {"copy": "Copying the draft", "train": "Training", "start": "Starting the draft", "ask": "Asking every question",
         "live": "Asking what is live the same", "report": "Writing the report"}
STEPS: dict[Kind, tuple[str, ...]] = {"check": ("copy", "train", "start", "ask", "live", "report"),
                                      "changes": ("start", "ask", "live", "report")}


class Busy(Exception):
    """Another job runs already."""


class Kept(Struct, frozen=True):
    """One message that a person wrote, personal data taken out: its number in the door's database, and the text."""

    number: int
    text: str


class Step(Struct):
    """One part of a job; `usual` is how many seconds it takes as a rule."""

    name: str
    usual: float
    began: float | None = None
    ended: float | None = None

    @property
    def words(self) -> str:
        """What it does, for people."""
        return WORDS[self.name]


class Job(Struct):
    """What a job does and did. Times of steps are seconds since 1970; `detail` says what happens at this moment.

    `copied_at` is when it took the draft as it then was.
    """

    id: str
    kind: Kind
    by: str
    begun: str
    state: Literal["running", "done", "failed", "stopped"]
    steps: list[Step]
    started: float
    note: str = ""
    candidate: str | None = None
    commit: str | None = None
    copied_at: str | None = None
    pid: int | None = None
    detail: str = ""
    done: int = 0
    total: int = 0
    ended: str | None = None
    error: str | None = None

    def seconds_left(self, moment: float) -> float:
        """An estimate: what is left of this step, and the usual time of those to come."""
        left = 0.0
        for step in self.steps:
            if step.ended is None and step.began is None:
                left += step.usual
            elif step.ended is None:
                spent = moment - step.began
                # The first few tell little: starting up counts with them.
                by_pace = spent / self.done * (self.total - self.done) if self.done * 10 >= self.total > 0 else None
                left += max(step.usual - spent, 1.0) if by_pace is None else by_pace
        return left


class Jobs:
    """Starts, shows and stops jobs of one store."""

    def __init__(self, store: Store):
        self._store = store

    def current(self) -> Job | None:
        """The last job; one whose process died is shown as failed."""
        job = read(self._store)
        if job and job.state == "running" and not is_alive(self._store) and time.time() - job.started > COMING_UP_SECONDS:
            job.state, job.ended, job.error = "failed", now(), "It was cut off before it was finished. Nothing was changed; start it again."
            write(self._store, job)
            sweep(self._store)
        return job

    def start(self, kind: Kind, by: str, kept: list[list[Kept]], note: str = "", candidate: str | None = None) -> Job:
        """Begins a job; `kept` are conversations to ask anew, `candidate` the release to compare ('changes').

        Raises `Busy`, and `StoreError` where there is nothing to run it with.
        """
        if not RASA_PYTHON.exists():
            raise StoreError(f"There is no Python for Rasa at {RASA_PYTHON}. Run `make setup` where the console runs.")
        with files.locked(self._store.folder / "job.starting"):
            current = self.current()
            if current and current.state == "running":
                raise Busy("Somebody has started this already. Wait until it is finished.")
            sweep(self._store)
            with contextlib.suppress(StoreError, OSError):  # what is wrong is named where it is needed
                self._store.sweep(keep=candidate)
            usual = {**USUAL_SECONDS, **_learnt(self._store)}
            job = Job(id=uuid.uuid4().hex, kind=kind, by=by, begun=now(), state="running", started=time.time(), note=note,
                      steps=[Step(name, usual[name]) for name in STEPS[kind]], candidate=candidate,
                      commit=drafts.commit(drafts.content_dir()))
            folder = work_folder(self._store, job)
            folder.mkdir(parents=True)
            (folder / "kept.json").write_bytes(msgspec.json.encode(kept))
            write(self._store, job)
            _launch(self._store, folder)
            return job

    def stop(self) -> None:
        """Stops the running job, if there is one."""
        job = read(self._store)
        if job and job.state == "running" and is_alive(self._store) and job.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(job.pid, signal.SIGTERM)


def compared_with(store: Store) -> Release:
    """What is live, which a job compares with. Raises `StoreError` where nothing is."""
    live = store.live_release()
    if live is None:
        raise StoreError("Nothing is live yet, so there is nothing to compare with. Start the assistant with `make run` first.")
    return live


def read(store: Store) -> Job | None:
    """The job as it was last written."""
    try:
        return msgspec.json.decode((store.folder / "job.json").read_bytes(), type=Job)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def write(store: Store, job: Job) -> None:
    """Keeps the state of a job."""
    files.replace_bytes(store.folder / "job.json", msgspec.json.encode(job))


def lock_path(store: Store) -> Path:
    """What a job's process holds for as long as it lives."""
    return store.folder / "job.lock"


def is_alive(store: Store) -> bool:
    """Whether a job's process lives."""
    return files.is_locked(lock_path(store))


def work_folder(store: Store, job: Job) -> Path:
    """Where a job keeps what it needs while it runs."""
    return store.folder / "work" / job.id


def log_path(store: Store) -> Path:
    """What the last job's processes said; for an engineer."""
    return store.folder / "job.log"


def sweep(store: Store) -> None:
    """Clears what dead jobs left: copies of the draft, and what people had asked."""
    if not is_alive(store):
        shutil.rmtree(store.folder / "work", ignore_errors=True)


def learn(store: Store, job: Job) -> None:
    """Remembers how long each step took."""
    took = {step.name: step.ended - step.began for step in job.steps if step.began and step.ended}
    files.replace_bytes(store.folder / "durations.json", msgspec.json.encode({**_learnt(store), **took}))


def _learnt(store: Store) -> dict[str, float]:
    try:
        return msgspec.json.decode((store.folder / "durations.json").read_bytes(), type=dict[str, float])
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def _launch(store: Store, folder: Path) -> None:
    """Starts the process that does the work, in a group of its own, so that it outlives this one."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "RELEASES_DIR": str(store.folder), "CONTENT_DIR": str(drafts.content_dir())}
    with log_path(store).open("w") as log:
        command = [str(RASA_PYTHON), "-W", "ignore", "-m", "releases.job_process", str(folder)]
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, start_new_session=True)
    # A finished child that nobody waits for stays in the process table.
    threading.Thread(target=process.wait, daemon=True).start()
