"""The FastAPI application: the public API and pages, and the staff console below /staff."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from door import housekeeping
from door.api import embed, messages, openapi, operations, page, problems
from door.api.edge import Edge
from door.api.health import Health
from door.service import Service
from door.settings import Settings
from door.staff.app import create_console


PARTS = (messages, page, operations, openapi, embed)


def create_app(settings: Settings) -> FastAPI:
    """The public door as an ASGI app. `app.state.service` and `app.state.health` are its parts.

    Raises `OSError` where the secret key or the database's folder can't be written.
    """
    service = Service(settings)
    health = Health(service)
    console = create_console(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        keeper = asyncio.create_task(housekeeping.run(service))
        # A save of the staff console that was killed half-way is completed or undone.
        await asyncio.to_thread(console.state.parts.draft.recover)
        yield
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        await asyncio.to_thread(console.state.parts.close)
        await health.close()
        await service.close()

    # FastAPI's documentation pages load scripts from elsewhere; our policy allows none.
    app = FastAPI(title="PCSO assistant: public door", version="1", docs_url=None, redoc_url=None,
                  openapi_url=None, lifespan=lifespan)
    app.state.service = service
    app.state.health = health
    for part in PARTS:
        app.include_router(part.router)
    for error in problems.HANDLED:
        app.add_exception_handler(error, problems.answer)
    app.add_route("/staff", _to_console, methods=["GET"], include_in_schema=False)
    app.mount("/staff", console)
    app.add_middleware(Edge, settings=settings, metrics=service.metrics, methods=_methods())
    return app


async def _to_console(_: Request) -> Response:
    return RedirectResponse("/staff/", 303)


def _methods() -> dict[str, set[str]]:
    """Which methods each address takes, for OPTIONS and the Allow header."""
    methods: dict[str, set[str]] = {}
    for part in PARTS:
        for route in part.router.routes:
            methods.setdefault(route.path, set()).update(route.methods)
    return methods
