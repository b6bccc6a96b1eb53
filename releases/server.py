"""Hands the live release to Rasa and the action server; internal, never public.

    GET /model      Rasa's model-server protocol: ETag, If-None-Match → 304
    GET /knowledge  the same for knowledge; 204 while the project's own files are followed
    GET /live       what is live, and which processes have it
    GET /metrics    the same for Prometheus
    GET /health
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from msgspec import Struct
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from knowledge.released import FILES_TAG
from knowledge.signing import etag
from processes import files
from releases.metrics import Figures
from releases.store import KNOWLEDGE, MODEL, Live, Release, Store, StoreError

log = structlog.get_logger()

# A process that hasn't asked for this long is gone: each asks every second or two.
FOLLOWER_SECONDS = 15.0
MOST_FOLLOWERS = 200
NAME_CHARACTERS = 80


class Follower(Struct):
    """A process that polls, and what it had when it last asked."""

    name: str
    part: str
    has: str
    seen: float


class Server:
    """The routes over one store."""

    def __init__(self, store: Store, key: str, clock: Callable[[], float] = time.monotonic):
        self._store = store
        self._key = key
        self._clock = clock
        self._followers: dict[tuple[str, str], Follower] = {}
        # What was read and compared already: (digest, size, time of change) → bytes are as they should be.
        self._verified: set[tuple[str, int, int]] = set()
        self._figures = Figures(self._live_or_broken)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(routes=[
            Route("/model", self.model), Route("/knowledge", self.knowledge), Route("/live", self.live), Route("/health", self.health),
            Route("/metrics", self.metrics)])

    async def health(self, request: Request) -> Response:
        """200 as soon as questions can be answered; nothing live yet is no fault of this server."""
        return JSONResponse({"status": "ok"})

    async def model(self, request: Request) -> Response:
        """The live model, or 304 for whoever has it."""
        return await run_in_threadpool(self._answer, request, "model")

    async def knowledge(self, request: Request) -> Response:
        """The live knowledge, 304 for whoever has it, 204 while the files are followed."""
        return await run_in_threadpool(self._answer, request, "knowledge")

    async def live(self, request: Request) -> Response:
        """For the staff pages: what is live, and who follows."""
        return await run_in_threadpool(self._live)

    async def metrics(self, request: Request) -> Response:
        """The same for Prometheus."""
        return Response(await run_in_threadpool(self._figures.text), media_type="text/plain; version=0.0.4")

    def _live(self) -> Response:
        try:
            return JSONResponse(self._what_is_live())
        except StoreError as error:
            return JSONResponse({"error": str(error)}, status_code=500)

    def _live_or_broken(self) -> dict[str, Any]:
        try:
            return self._what_is_live()
        except StoreError:
            return {}

    def _what_is_live(self) -> dict[str, Any]:
        live, release = self._store.live(), self._store.live_release()
        if live is None or release is None:
            return {"release": None, "follows_files": False, "followers": []}
        followers = [{"name": follower.name, "part": follower.part, "current": follower.has == self._wanted(follower.part, live, release),
                      "seen_seconds_ago": round(self._clock() - follower.seen, 1)} for follower in self._present()]
        return {"release": live.release, "number": live.number, "follows_files": live.follows_files, "followers": followers}

    def _answer(self, request: Request, part: str) -> Response:
        has = request.headers.get("if-none-match", "")
        self._note(request, part, has)
        try:
            live, release = self._store.live(), self._store.live_release()
            if live is None or release is None:
                return Response(status_code=404)
            if part == "knowledge" and live.follows_files:
                return Response(status_code=204)
            sha, name = (release.model, MODEL) if part == "model" else (release.knowledge, KNOWLEDGE)
            tag = etag(sha, part, self._key)
            if tag in {item.strip() for item in has.split(",")}:
                return Response(status_code=304, headers={"ETag": tag})
            return Response(self._read(sha, name), media_type="application/octet-stream",
                            headers={"ETag": tag, "filename": name, "Cache-Control": "no-store"})
        except StoreError as error:
            log.error("releases.unusable", part=part, error=str(error))
            return JSONResponse({"error": str(error)}, status_code=500)

    def _read(self, sha: str, name: str) -> bytes:
        path = self._store.object_path(sha, name)
        stamp = _stamp(sha, path)
        if stamp not in self._verified:
            if files.digest(path) != sha:
                raise StoreError(f"{path} is damaged: its digest is no longer the one it was kept under. Bring it back from a "
                                 "backup, or publish another release.")
            self._verified.add(stamp)
        return path.read_bytes()

    def _wanted(self, part: str, live: Live, release: Release) -> str:
        if part == "model":
            return etag(release.model, part, self._key)
        return FILES_TAG if live.follows_files else etag(release.knowledge, part, self._key)

    def _note(self, request: Request, part: str, has: str) -> None:
        name = request.headers.get("x-follower", "")[:NAME_CHARACTERS]
        if not name:
            return
        self._followers[part, name] = Follower(name, part, has.split(",")[0].strip(), self._clock())
        if len(self._followers) > MOST_FOLLOWERS:
            self._followers = {(follower.part, follower.name): follower for follower in self._present()[-MOST_FOLLOWERS:]}

    def _present(self) -> list[Follower]:
        present = [follower for follower in self._followers.values() if self._clock() - follower.seen <= FOLLOWER_SECONDS]
        return sorted(present, key=lambda follower: follower.seen)


def _stamp(sha: str, path: Path) -> tuple[str, int, int]:
    state = path.stat()
    return sha, state.st_size, state.st_mtime_ns
