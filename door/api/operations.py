"""For whoever runs the door: /health and /metrics; and the files of page and widget."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from door.api import files
from door.api.files import GET
from door.api.problems import CALL, Problem

router = APIRouter()

WORDS = {"rasa": "the assistant (Rasa)", "actions": "the action server", "database": "the database"}


@router.api_route("/health", methods=GET)
async def health(request: Request) -> Response:
    """200 when questions can be answered, else 503 with `missing`."""
    missing = await request.app.state.health.missing()
    if missing:
        names = " and ".join(WORDS[name] for name in missing)
        raise Problem(503, "unavailable", f"Not working: {names}. {CALL}", missing=missing)
    return Response(b'{"status":"ok"}', media_type="application/json", headers={"cache-control": "no-store"})


@router.api_route("/metrics", methods=GET)
async def metrics(request: Request) -> Response:
    """Counts and times in Prometheus' text format."""
    return Response(request.app.state.service.metrics.text(), media_type="text/plain; version=0.0.4")


@router.api_route("/widget.js", methods=GET)
async def widget(request: Request) -> Response:
    """The widget, for any site."""
    return files.serve(request, files.WIDGET, for_other_sites=True)


@router.api_route("/static/{name}", methods=GET)
async def static(request: Request, name: str) -> Response:
    """The page's own files, by name alone."""
    return files.named(request, files.STATIC, name)
