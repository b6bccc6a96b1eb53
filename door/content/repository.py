"""git, as the console needs it: a commit of some files by one person, and old versions of a file."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

GIT_SECONDS = 60
# Another git at work (a developer's status, a commit) is done within this.
BUSY_SECONDS = 10.0
_QUIET = ("-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotepath=off", "-c", "gc.auto=0")


class GitTrouble(Exception):
    """git couldn't do it; the message says what to do."""


class Author(Struct, frozen=True):
    """Who a commit is by."""

    name: str
    email: str

    @classmethod
    def read(cls, written: str) -> Author:
        """'Ada Shah <a.shah@staff.invalid>' as an author. Characters that git gives a meaning go."""
        name, _, address = written.partition("<")
        kept = ["".join(char for char in part if char not in "<>" and char.isprintable()).strip() for part in (name, address)]
        return cls(kept[0] or "Staff", kept[1] or "staff@staff.invalid")


class Version(Struct, frozen=True):
    """One commit: when (ISO 8601), by whom, with which words."""

    commit: str
    at: str
    author: str
    subject: str


class Repository:
    """The git repository that the project's folder is in."""

    def __init__(self, root: Path):
        self._root = root

    def ensure(self) -> bool:
        """Makes a repository of the folder where it is in none; true if it did. Raises `GitTrouble`."""
        found = self._run("rev-parse", "--is-inside-work-tree", check=False)
        if found.returncode == 0:
            return False
        if b"not a git repository" not in found.stderr:
            raise GitTrouble(_words(found))
        self._run("init", "--quiet")
        return True

    def commit(self, paths: Iterable[str], author: Author, message: str) -> str:
        """Commits exactly these files as they are on the disk; gives the commit's id. No change, no commit.

        Raises `GitTrouble`, also where another git holds the repository.
        """
        paths = list(paths)
        self._wait_until_free()
        for path in paths:
            if (self._root / path).exists():
                self._run("add", "--intent-to-add", "--", path)
        if not self._run("status", "--porcelain", "--untracked-files=all", "--", *paths).stdout.strip():
            return self.head()
        self._run("commit", "--quiet", "--no-verify", "--only", "--cleanup=verbatim", "--message", message, "--", *paths,
                  author=author)
        return self.head()

    def head(self) -> str:
        """The newest commit's id, '' before the first."""
        return self._run("rev-parse", "--verify", "--quiet", "HEAD", check=False).stdout.decode().strip()

    def is_changed(self, paths: Iterable[str]) -> bool:
        """Whether one of the files differs from its last commit."""
        return bool(self._run("status", "--porcelain", "--untracked-files=all", "--", *paths).stdout.strip())

    def versions(self, path: str, most: int = 500) -> list[Version]:
        """The commits that changed a file, newest first."""
        if not self.head():
            return []
        found = self._run("log", f"--max-count={most}", "--format=%H%x00%aI%x00%an%x00%s%x1e", "--", path).stdout.decode("utf-8", "replace")
        return [Version(*record.strip("\n").split("\x00")) for record in found.split("\x1e") if record.strip("\n")]

    def texts(self, path: str, commits: list[str]) -> list[str | None]:
        """A file as it was at each commit; None where it wasn't there."""
        prefix = self._run("rev-parse", "--show-prefix").stdout.decode().strip()
        asked = "".join(f"{commit}:{prefix}{path}\n" for commit in commits).encode()
        stream = self._run("cat-file", "--batch", given=asked).stdout
        texts: list[str | None] = []
        place = 0
        for _ in commits:
            end = stream.index(b"\n", place)
            head, place = stream[place:end].split(b" "), end + 1
            if head[-1] == b"missing":
                texts.append(None)
                continue
            size = int(head[2])
            texts.append(stream[place:place + size].decode("utf-8", "replace").replace("\r\n", "\n"))
            place += size + 1
        return texts

    def break_own_lock(self, since: float) -> None:
        """Removes the lock that a commit of ours left when it was killed: made within seconds of `since`, still there."""
        lock = self._lock_file()
        self._wait_until_free(must=False)
        try:
            if 0 <= lock.stat().st_mtime - since < 5:
                lock.unlink()
        except FileNotFoundError:
            pass

    def _lock_file(self) -> Path:
        folder = self._run("rev-parse", "--absolute-git-dir").stdout.decode().strip()
        return Path(folder) / "index.lock"

    def _wait_until_free(self, must: bool = True) -> None:
        lock, until = self._lock_file(), time.monotonic() + BUSY_SECONDS
        while lock.exists():
            if time.monotonic() > until:
                if must:
                    raise GitTrouble(f"Another program is using git here. Wait until it is done; if there is none, delete {lock}")
                return
            time.sleep(0.05)

    def _run(self, *arguments: str, given: bytes | None = None, check: bool = True,
             author: Author | None = None) -> subprocess.CompletedProcess[bytes]:
        who = author or Author("PCSO assistant", "assistant@staff.invalid")
        environment = {**{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
                       "GIT_AUTHOR_NAME": who.name, "GIT_AUTHOR_EMAIL": who.email, "GIT_COMMITTER_NAME": who.name,
                       "GIT_COMMITTER_EMAIL": who.email, "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "LC_ALL": "C.UTF-8"}
        # Pathspec magic (':(glob)') off: a path is a path.
        try:
            done = subprocess.run(["git", "--literal-pathspecs", *_QUIET, *arguments], cwd=self._root, env=environment,
                                  input=given, stdin=None if given is not None else subprocess.DEVNULL, capture_output=True,
                                  timeout=GIT_SECONDS, check=False, start_new_session=True)
        except FileNotFoundError:
            raise GitTrouble("git isn't installed here. Install it: every save is kept as a version with git") from None
        except subprocess.TimeoutExpired:
            raise GitTrouble("git took too long. Try again in a minute") from None
        if check and done.returncode:
            raise GitTrouble(_words(done))
        return done


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode("utf-8", "replace").strip() or f"it ended with {done.returncode}"
    return f"The version couldn't be kept: git says: {said}"
