"""Writes several files as one: all or none of them, whatever moment the process is killed at, and commits them.

1. The new contents are put in `<state>/journal.new` and flushed to the disk; renaming it to
   `journal` is the moment of saving. Killed before: nothing was saved. Killed after: `recover`,
   called at the next start and before the next save, completes the rest.
2. Each file is replaced by a finished copy (written beside it, flushed, renamed).
3. The files are committed.
4. The journal goes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from door.content.repository import Author, GitTrouble, Repository
from processes import files

# Another save takes a second or two; a form that waits longer than this had better be told.
LOCK_SECONDS = 20.0


class Busy(Exception):
    """Somebody else is saving, and doesn't finish."""


class _Change(Struct):
    """One file: digests of what it was and what it shall be."""

    path: str
    before: str | None
    after: str


class _Journal(Struct):
    author: Author
    message: str
    changes: list[_Change]


class Saver:
    """Saves files below `root`; `state` is a folder of its own. `step` is told how far a save has come."""

    def __init__(self, root: Path, state: Path, step: Callable[[str], None] = lambda name: None):
        self.repository = Repository(root)
        self._root = root
        self._state = state
        self._step = step

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One save at a time, over all threads and processes. Raises `Busy`."""
        self._state.mkdir(parents=True, exist_ok=True)
        with (self._state / "lock").open("w") as file:
            until = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() > until:
                        raise Busy("Somebody else is saving just now. Try again in a moment") from None
                    time.sleep(0.02)
            yield

    def save(self, changes: dict[str, tuple[bytes | None, bytes]], author: Author, message: str) -> tuple[str, list[str]]:
        """Writes path → (what it was, None for a new file; what it shall be) and commits.

        Gives the commit's id, and a line for each file that was changed by hand in this very moment.
        Call it within `lock`, after `recover`. Raises `OSError`, with nothing saved, and `GitTrouble`: then the files are saved,
        and the commit follows with the next save or start.
        """
        self._stage(changes, author, message)
        return self._complete()

    def recover(self) -> list[str]:
        """Ends a save that was killed. Gives a line for each file that was changed by hand meanwhile.

        Call it within `lock`. Raises `OSError` and `GitTrouble`.
        """
        shutil.rmtree(self._state / "journal.new", ignore_errors=True)
        shutil.rmtree(self._state / "journal.done", ignore_errors=True)
        if not (self._state / "journal").exists():
            return []
        marker = self._state / "journal" / "committing"
        if marker.exists():
            self.repository.break_own_lock(marker.stat().st_mtime)
        return self._complete()[1]

    def _stage(self, changes: dict[str, tuple[bytes | None, bytes]], author: Author, message: str) -> None:
        folder = self._state / "journal.new"
        folder.mkdir(parents=True)
        journal = _Journal(author, message, [])
        for number, (path, (before, after)) in enumerate(changes.items()):
            files.write_through(folder / str(number), after)
            journal.changes.append(_Change(path, None if before is None else files.digest_of(before), files.digest_of(after)))
        files.write_through(folder / "journal.json", msgspec.json.encode(journal))
        files.sync_folder(folder)
        self._step("staged")
        folder.rename(self._state / "journal")
        files.sync_folder(self._state)
        self._step("journaled")

    def _complete(self) -> tuple[str, list[str]]:
        folder = self._state / "journal"
        journal = msgspec.json.decode((folder / "journal.json").read_bytes(), type=_Journal)
        by_hand, written = [], []
        for number, change in enumerate(journal.changes):
            target, new = self._root / change.path, (folder / str(number)).read_bytes()
            now = target.read_bytes() if target.exists() else None
            if now is not None and files.digest_of(now) == change.after:
                written.append(change.path)
                continue
            if (None if now is None else files.digest_of(now)) != change.before:
                by_hand.append(self._keep(change.path, new))
                continue
            self._replace(target, new)
            written.append(change.path)
            self._step(f"wrote {number}")
        self._step("written")
        (folder / "committing").touch()
        commit = self.repository.commit(written, journal.author, journal.message) if written else self.repository.head()
        self._step("committed")
        folder.rename(self._state / "journal.done")
        self._step("done")
        shutil.rmtree(self._state / "journal.done", ignore_errors=True)
        return commit, by_hand

    def _replace(self, target: Path, new: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.saving")
        files.write_through(beside, new)
        with suppress(FileNotFoundError):
            beside.chmod(target.stat().st_mode & 0o777)
        self._step("copied")
        os.replace(beside, target)
        files.sync_folder(target.parent)

    def _keep(self, path: str, new: bytes) -> str:
        kept = self._state / "kept" / f"{time.strftime('%Y-%m-%dT%H%M%S')}-{path.replace('/', '-')}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        files.write_through(kept, new)
        return f"{path} was changed by hand while a save was under way. The file stays as it is; what was to be saved is in {kept}"


__all__ = ["Author", "Busy", "GitTrouble", "Saver"]
