"""The FastAPI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from door import housekeeping
from door.api import embed, messages, openapi, operations, page, problems
from door.api.edge import Edge
from door.api.health import Health
from door.service import Service
from door.settings import Settings


PARTS = (messages, page, operations, openapi, embed)


def create_app(settings: Settings) -> FastAPI:
    """The public door as an ASGI app. `app.state.service` and `app.state.health` are its parts.

    Raises `OSError` where the secret key or the database's folder can't be written.
    """
    service = Service(settings)
    health = Health(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        keeper = asyncio.create_task(housekeeping.run(service))
        yield
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
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
    app.add_middleware(Edge, settings=settings, metrics=service.metrics, methods=_methods())
    return app


def _methods() -> dict[str, set[str]]:
    """Which methods each address takes, for OPTIONS and the Allow header."""
    methods: dict[str, set[str]] = {}
    for part in PARTS:
        for route in part.router.routes:
            methods.setdefault(route.path, set()).update(route.methods)
    return methods
