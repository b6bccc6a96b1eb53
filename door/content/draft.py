"""The draft as the console works on it: look, and change as one save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog
from msgspec import Struct

from door.content import checks, snapshot
from door.content.repository import Author, GitTrouble, Repository
from door.content.saving import Busy, Saver
from door.content.snapshot import Snapshot

log = structlog.get_logger()


class Edit(Struct, frozen=True):
    """What a change comes to: path → new text, and the words of its commit. No changes: nothing is saved."""

    changes: dict[str, str]
    message: str


class Saved(Struct, frozen=True):
    """What became of a change. `notes` are for the person."""

    commit: str
    paths: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Changed(Exception):
    """Somebody else changed the thing since the form was made. `theirs` is what it is now, None if it is gone."""

    def __init__(self, message: str, theirs: object = None):
        super().__init__(message)
        self.theirs = theirs


class Refused(Exception):
    """A change that can't be; the message says why. `field` is the form's field it is about."""

    def __init__(self, message: str, field: str = ""):
        super().__init__(message)
        self.field = field


class Draft:
    """The project's files below `root`. `state` is a folder for the lock and the journal.

    `before` is called with the author's name before each save; `step` is told how far one has come.
    """

    def __init__(self, root: Path, state: Path, before: Callable[[str], None] = lambda name: None,
                 step: Callable[[str], None] = lambda name: None):
        self.root = root
        self._state = state
        self._saver = Saver(root, state, step)
        self._before = before

    @property
    def repository(self) -> Repository:
        """Where old versions are."""
        return self._saver.repository

    @property
    def state(self) -> Path:
        """A folder for what has to be kept between two pages."""
        return self._state

    def recover(self) -> list[str]:
        """Ends a save that was killed; called once at the start. Gives what it logs."""
        notes = []
        if self._state.exists():
            try:
                with self._saver.lock():
                    notes = self._saver.recover()
            except (GitTrouble, Busy, OSError) as error:  # the next save tries again
                notes = [str(error)]
        for note in notes:
            log.warning("draft.recovered", note=note)
        return notes

    def look(self) -> Snapshot:
        """The files as they are now. Raises `snapshot.Unreadable`."""
        return snapshot.take(self.root)

    def change(self, make: Callable[[Snapshot], Edit], author: str) -> Saved:
        """Saves what `make` makes of the files as they are now, as one commit by `author` ('Ada Shah <a.shah@…>').

        Raises `Changed` and `Refused` from `make`, `checks.Invalid`, `saving.Busy`, `GitTrouble`,
        `CannotEdit` and `OSError`: nothing is saved then, except that after a `GitTrouble` of the
        commit itself the files are, and the commit follows by itself.
        """
        with self._saver.lock():
            notes = self._saver.recover()
            if self.repository.ensure():
                notes.append(f"{self.root} was in no git repository. One has been made there: every save is a version in it.")
            files = self.look()
            edit = make(files)
            after = files.with_changes(edit.changes)
            changed = {path: text for path, text in edit.changes.items() if path not in files.files or files.text(path) != text}
            if not changed:
                return Saved("", (), tuple(notes))
            wrong = checks.new_problems(files, after)
            if wrong:
                raise checks.Invalid(wrong)
            who = Author.read(author)
            self._before(who.name)
            message = edit.message
            if self.repository.head() and self.repository.is_changed(path for path in changed if path in files.files):
                message += "\n\nThe files also had changes made by hand that were in no commit yet."
            commit, by_hand = self._saver.save(
                {path: (files.files[path].data if path in files.files else None, after.files[path].written())
                 for path in changed}, who, message)
            return Saved(commit, tuple(changed), (*notes, *by_hand))
