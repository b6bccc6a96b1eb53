"""Follows what is published: asks the release server every second and takes new knowledge up.

Without `RELEASES_URL` there is nothing to ask, and the project's own files are followed, as
they are while the server says so.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.client import HTTPException
from pathlib import Path

from knowledge import signing
from knowledge.direct import urlopen
from knowledge.live import LiveKnowledge
from knowledge.loading import FOLDER, KnowledgeError, load
from knowledge.schema import Knowledge
from knowledge.unpacking import MOST_BYTES, BrokenPackage, unpack

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
ASK_SECONDS = 5.0
REFUSED_SECONDS = 60.0
# Nobody unpacks for so long.
HALF_DONE_SECONDS = 3600.0
DEFAULT_CACHE = Path(__file__).resolve().parent.parent / ".state" / "knowledge"
# Unpacked knowledge: what runs, what ran before, and a few for other processes of this machine.
KEPT_FOLDERS = 4
INSIDE = Path("data") / "knowledge"
# What a process says it has while it follows the files.
FILES_TAG = '"files"'


def live_knowledge(name: str) -> LiveKnowledge:
    """What a running process answers from; `name` is how the release server calls it.

    Raises `KnowledgeError` where neither a release nor the files can be used.
    """
    url = os.environ.get("RELEASES_URL")
    return ReleasedKnowledge(url.rstrip("/"), name) if url else LiveKnowledge()


class ReleasedKnowledge(LiveKnowledge):
    """Knowledge of the live release; the last good one while the server is away or what it sends is broken."""

    def __init__(self, url: str, name: str, cache: Path | None = None, files: Path = FOLDER):
        self._url = url
        self._name = f"{name}-{socket.gethostname()}-{os.getpid()}"
        self._cache = Path(cache or os.environ.get("KNOWLEDGE_CACHE") or DEFAULT_CACHE)
        self._files = files
        self._tag = FILES_TAG
        # An ETag whose knowledge couldn't be used here, and when: not asked for again for a while. It may have come only half.
        self._refused: tuple[str, float] | None = None
        self._complaint = ""
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        super().__init__(self._last_used())
        self.ask_once()
        self._poll_in_thread()

    def get(self) -> Knowledge:
        """The newest knowledge that was in order."""
        if self._thread is None or not self._thread.is_alive():
            self._poll_in_thread()  # also after a fork, which threads don't survive
        return super().get()

    def ask_once(self) -> None:
        """Asks the server and takes up what is new; what goes wrong is logged, and the old stays."""
        try:
            status, tag, packed = self._ask()
            if status == 204 and self.folder != self._files:
                self.follow(self._files)
                self._tag = FILES_TAG
                log.info("following the project's own files")
            elif status == 200:
                self._take(tag, packed)
            if status != 304 or not self._refused:  # else the same would be said again with each try
                self._complaint = ""
        except (OSError, HTTPException, ValueError, signing.NotGenuine, BrokenPackage, KnowledgeError) as error:
            complaint = f"{type(error).__name__}: {error}"
            if complaint != self._complaint:  # once, not every second
                log.error("the live knowledge can't be taken from %s, what is in use stays: %s", self._url, complaint)
            self._complaint = complaint

    def _last_used(self) -> Path:
        """What this machine used last, so that a start without the server goes on as before; else the files."""
        try:
            place = self._cache / (self._cache / "last").read_text(encoding="ascii").strip() / INSIDE
            load(place)
        except (OSError, ValueError, KnowledgeError):  # nothing yet, a broken disk, or written by another version of this program
            return self._files
        return place

    def _poll_in_thread(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._poll, name="follow-releases", daemon=True)
                self._thread.start()

    def _poll(self) -> None:
        while True:
            self.ask_once()
            time.sleep(POLL_SECONDS)

    def _ask(self) -> tuple[int, str, bytes]:
        """(status, ETag, bytes): 200 something new, 204 the files count, 304 or 404 nothing to do."""
        refused = self._refused[0] if self._refused and time.monotonic() - self._refused[1] < REFUSED_SECONDS else ""
        known = ", ".join(tag for tag in (self._tag, refused) if tag)
        request = urllib.request.Request(f"{self._url}/knowledge", headers={"If-None-Match": known, "X-Follower": self._name})
        try:
            with urlopen(request, timeout=ASK_SECONDS) as answer:
                body = answer.read(MOST_BYTES)
                if len(body) < int(answer.headers.get("Content-Length") or 0):
                    raise OSError("the line was cut; it is asked for again")  # `read` with a number says nothing of it
                return answer.status, answer.headers.get("ETag", ""), body
        except urllib.error.HTTPError as error:
            if error.code in (304, 404):
                return error.code, "", b""
            raise

    def _take(self, tag: str, packed: bytes) -> None:
        try:
            folder = self._unpacked(signing.verify(tag, packed, "knowledge"), packed)
            self.follow(folder / INSIDE)
        except (OSError, signing.NotGenuine, BrokenPackage, KnowledgeError):  # OSError: a full disk is no better in a second
            self._refused = (tag, time.monotonic())
            raise
        self._tag, self._refused = tag, None
        log.info("knowledge %s in use", folder.name)
        self._note(folder)

    def _note(self, folder: Path) -> None:
        """Writes down what is in use, for the next start."""
        pointer = self._cache / f".last-{uuid.uuid4().hex}"
        try:
            pointer.write_text(folder.name, encoding="ascii")
            pointer.replace(self._cache / "last")
        except OSError as error:
            pointer.unlink(missing_ok=True)
            log.error("knowledge %s is in use, but a start without the server would begin with older: %s", folder.name, error)

    def _unpacked(self, sha: str, packed: bytes) -> Path:
        place = self._cache / sha
        if not place.is_dir():
            beside = self._cache / f".{uuid.uuid4().hex}"
            try:
                unpack(packed, beside)
                with contextlib.suppress(OSError):  # another process of this machine was quicker
                    beside.rename(place)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
        os.utime(place)
        self._sweep()
        return place

    def _sweep(self) -> None:
        """Deletes what is no longer needed, and what a process left half done when it was killed."""
        for left in self._cache.glob(".*"):
            with contextlib.suppress(OSError):  # another process sweeps, too
                if time.time() - left.stat().st_mtime > HALF_DONE_SECONDS:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        folders = [path for path in self._cache.glob("[!.]*") if path.is_dir()]
        for old in sorted(folders, key=lambda path: path.stat().st_mtime)[:-KEPT_FOLDERS]:
            shutil.rmtree(old, ignore_errors=True)
