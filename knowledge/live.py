"""The knowledge of a running process: follows the files, and keeps the last good version."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from pathlib import Path

from knowledge.loading import FOLDER, KnowledgeError, Problem, files, load
from knowledge.schema import Knowledge

log = logging.getLogger(__name__)

RELOAD_CHECK_SECONDS = 1.0


class LiveKnowledge:
    """The knowledge of a running process: follows the files, keeps the last good version.

    `get` is safe to call from several threads and looks at the disk at most once a second.
    """

    def __init__(self, folder: Path = FOLDER):
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp = self._fingerprint()
        self._looked_at = time.monotonic()
        self._knowledge = load(folder)
        self.problems: list[Problem] = []

    def get(self) -> Knowledge:
        """The newest knowledge that was in order."""
        now = time.monotonic()
        if now - self._looked_at >= RELOAD_CHECK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._looked_at = now
                stamp = self._fingerprint()
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._reload()
            finally:
                self._lock.release()
        return self._knowledge

    @property
    def folder(self) -> Path:
        """Where the knowledge in use was read from."""
        return self._folder

    def follow(self, folder: Path) -> None:
        """Goes on with another folder. Raises `KnowledgeError`, and then stays with the old one."""
        with self._lock:
            previous, self._folder = self._folder, folder
            try:
                stamp = self._fingerprint()
                self._knowledge = load(folder)
                self._stamp = stamp
                self.problems = []
            except BaseException:
                self._folder = previous
                raise

    def _reload(self) -> None:
        try:
            self._knowledge = load(self._folder)
            self.problems = []
            log.info("knowledge reloaded")
        except KnowledgeError as error:
            self.problems = error.problems
            log.error("knowledge not reloaded, the last good version stays:\n%s", error)

    def _fingerprint(self) -> tuple:
        found = []
        for path in files(self._folder):
            with suppress(FileNotFoundError):  # taken away just now
                stat = path.stat()
                found.append((path.parent.name, path.name, stat.st_mtime_ns, stat.st_size))
        return tuple(found)
