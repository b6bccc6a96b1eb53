"""Stands before every page: no session, no page; no CSRF token, no change."""

from __future__ import annotations

import asyncio
import hmac
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from door.api.edge import client_address, is_https
from door.staff.forms import Form, read_form
from door.staff.parts import Parts
from door.staff.sessions import LONGEST_SECONDS, Session
from door.staff.visit import Visit

COOKIE = "pcso_staff"
PATH = "/staff"
STATIC = "/static/{name}"
# What somebody who isn't signed in may reach, by its route. A test holds every other route to a session.
OPEN = frozenset({"/sign-in", "/welcome/{secret}", STATIC})
SAFE = ("GET", "HEAD")


class SignInNeeded(Exception):
    """Nobody is signed in. `form` is what they wanted to send, so that it isn't lost."""

    def __init__(self, form: Form | None = None):
        super().__init__()
        self.form = form


class Forged(Exception):
    """A change without the token of the page it should come from."""


async def guard(request: Request) -> Visit | None:
    """The visit, for every route of the console; None on the few that are open.

    Raises `SignInNeeded`, `Forged`, `TooMany`, and what `read_form` raises.
    """
    route, parts = request.scope["route"].path, request.app.state.parts
    session = None if route in OPEN else await session_of(request)
    if session is None and route != STATIC:
        # Each request of somebody who isn't signed in is counted, and before any of its body is read.
        await parts.service.admit(client_address(request, parts.service.settings.trusted_proxies))
    if route in OPEN:
        return None
    if session is None:
        # A person who was signed out while writing gets the words back; a stranger's upload isn't read at all.
        wrote = request.method not in SAFE and parts.sessions.gave(request.cookies.get(COOKIE, ""))
        raise SignInNeeded(await read_form(request) if wrote else None)
    form = Form()
    if request.method not in SAFE:
        form = await read_form(request)
        check_csrf(request, session.csrf, form)
    return Visit(request, session, form)


async def session_of(request: Request) -> Session | None:
    """The session of the request's cookie, if it is valid now."""
    token = request.cookies.get(COOKIE, "")
    parts: Parts = request.app.state.parts
    return await asyncio.to_thread(parts.sessions.find, token) if token else None


def check_csrf(request: Request, expected: str, form: Form) -> None:
    """Raises `Forged` where the form has another token, or a browser says that another site sent it."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forged
    given = request.headers.get("x-csrf-token") or form.text("csrf")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Forged


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int = LONGEST_SECONDS) -> None:
    """A cookie for the console alone, out of scripts' reach."""
    secure = is_https(request.scope, request.app.state.parts.service.settings.trusted_proxies)
    response.set_cookie(name, value, max_age=seconds, path=PATH, secure=secure, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str = COOKIE) -> None:
    """Takes a cookie away."""
    response.delete_cookie(name, path=PATH, httponly=True, samesite="lax")


async def _editor(visit: Annotated[Visit, Depends(guard)]) -> Visit:
    return visit


async def _publisher(visit: Annotated[Visit, Depends(guard)]) -> Visit:
    visit.need("publisher")
    return visit


async def _administrator(visit: Annotated[Visit, Depends(guard)]) -> Visit:
    visit.need("administrator")
    return visit


# What a page's function takes: `async def show(visit: Editor) -> Response`.
Editor = Annotated[Visit, Depends(_editor)]
Publisher = Annotated[Visit, Depends(_publisher)]
Administrator = Annotated[Visit, Depends(_administrator)]
