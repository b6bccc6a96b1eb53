"""The console as an application of its own, mounted by the door at /staff."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from urllib.parse import quote

from door.api import problems
from door.service import Service, TooMany
from door.staff import pages
from door.staff.editing import BROKEN
from door.staff.forms import MOST_FILE_MB
from door.staff.guard import PATH, SAFE, Forged, SignInNeeded, guard
from door.staff.parts import Parts
from door.staff.rendering import render
from door.staff.visit import NotAllowed
from knowledge.yaml_lines import BrokenYaml
from releases.store import StoreError

log = structlog.get_logger()

# What is given back to be copied: a search word isn't worth it, a paragraph is.
WORTH_KEEPING = 20


def create_console(service: Service) -> FastAPI:
    """The console before `service`. `app.state.parts` are its stores."""
    app = FastAPI(title="Staff console", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False,
                  dependencies=[Depends(guard)])
    app.state.parts = Parts(service)
    for router in pages.routers():
        app.include_router(router)
    for error, answer in _ANSWERS.items():
        app.add_exception_handler(error, answer)
    app.add_middleware(Outermost)
    return app


class Outermost:
    """ASGI middleware: nothing of the console is cached, and a fault is told as a page."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def send_guarded(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                if not any(name == b"cache-control" for name, _ in message["headers"]):
                    message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except Exception as error:
            log.exception("staff.fault", path=scope["path"], error=type(error).__name__)
            if began:
                raise
            await _page(500, "Something went wrong", "It isn’t your fault, and nothing was half-saved. Go back and try again; "
                        "if it happens again, tell whoever runs the assistant.")(scope, receive, send_guarded)


def _page(status: int, title: str, text: str, headers: dict[str, str] | None = None, kept: list[tuple[str, str]] | None = None,
          ) -> Response:
    return HTMLResponse(render("problem.html", title=title, text=text, kept=kept or []), status, headers)


async def _sign_in_needed(request: Request, error: SignInNeeded) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": f"{PATH}/sign-in"})
    if request.method in SAFE:
        return RedirectResponse(f"{PATH}/sign-in?next={quote(wanted, safe='/')}", 303)
    kept = [(name, text) for name, text in (error.form.as_values() if error.form else {}).items()
            if len(text) >= WORTH_KEEPING and name not in ("csrf",) and "password" not in name]
    return _page(401, "You’re signed out", "Nothing was saved. Sign in and do it again."
                 + (" What you wrote is below, so that you can copy it." if kept else ""), kept=kept)


async def _forged(_: Request, __: Forged) -> Response:
    return _page(403, "This form is out of date", "Nothing was saved. You may have signed in again since you opened it. "
                 "Go back, copy what you wrote, reload the page and try again.")


async def _not_allowed(_: Request, error: NotAllowed) -> Response:
    return _page(403, "You can’t do this", str(error))


async def _no_database(_: Request, error: Exception) -> Response:
    log.error("database.failed", error=type(error).__name__)
    return _page(503, "The database can’t be reached", "Nothing was saved. Try again in a minute.", {"retry-after": "10"})


async def _broken_file(_: Request, error: Exception) -> Response:
    where = f"line {error.line}: " if isinstance(error, BrokenYaml) else ""
    return _page(409, "A file of the draft has a mistake", f"It was made by hand, and has to be put right by hand: {where}{error}. "
                 "The list of topics names the file. What is live goes on as it is.")


async def _unusable_releases(_: Request, error: Exception) -> Response:
    log.error("releases.unusable", error=str(error))
    return _page(409, "The releases can’t be used as they are", f"{error} Nothing was changed. Tell whoever runs the assistant.")


async def _wrong_address(_: Request, __: Exception) -> Response:
    return _page(404, "There is nothing at this address", "Check the address, or begin at the inbox.")


async def _problem(_: Request, error: Exception) -> Response:
    problem = problems.of(error)
    titles = {404: "There is nothing at this address", 405: "This address doesn’t take that kind of request",
              413: "That is too much", 429: "That was too often"}
    text = {404: "Check the address, or begin at the inbox.", 405: "Go back and try again.",
            413: f"A file can have {MOST_FILE_MB} MB at most. Divide it, each part with the line on top that names the columns, and bring "
                 "back one after the other.", 429: "Wait a moment and try again."}
    headers = {name: value for name, value in problem.headers.items() if name in ("allow", "connection", "retry-after")}
    return _page(problem.status, titles.get(problem.status, "That didn’t work"), text.get(problem.status, problem.detail), headers)


_ANSWERS = {SignInNeeded: _sign_in_needed, Forged: _forged, NotAllowed: _not_allowed, RequestValidationError: _wrong_address,
            **dict.fromkeys(BROKEN, _broken_file), sa.exc.SQLAlchemyError: _no_database, StoreError: _unusable_releases,
            **dict.fromkeys((HTTPException, TooMany, problems.Problem, problems.NotUnderstood), _problem)}
