"""The entrance: sign in, choose a password by invitation, sign out; and the console's static files."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from door.api import files
from door.api.edge import client_address, is_https
from door.staff import pages
from door.staff.accounts import NotPossible
from door.staff.digests import digest
from door.staff.forms import Form, read_form
from door.staff.guard import COOKIE, PATH, Editor, check_csrf, drop_cookie, session_of, set_cookie
from door.staff.parts import Parts
from door.staff.passwords import LEAST_CHARACTERS
from door.staff.rendering import HERE, plural, render

router = APIRouter()

HOME = f"{PATH}/"
# Before there is a session, the form's token hangs on a cookie of its own.
FORM_COOKIE = "pcso_staff_form"
FORM_SECONDS = 3600
# Names and passwords are short, and anybody may send these forms.
MOST_FORM_BYTES = 32 * 1024
STATIC = HERE / "static"
_NEXT = re.compile(re.escape(PATH) + r"/[A-Za-z0-9_./?=&%+,:-]*")
WRONG = "Check your sign-in name and password: they don’t belong together, or the account is closed"


@router.get("/")
async def home(visit: Editor) -> Response:
    """To the first page of the navigation that the account may see."""
    first = next((link.path for link in pages.links() if visit.account.may(link.role)), f"{PATH}/own")
    return RedirectResponse(first, 303)


@router.get("/sign-in")
async def sign_in_form(request: Request) -> Response:
    """The form; who is signed in already goes on."""
    wanted = _next(request.query_params.get("next", ""))
    if await session_of(request):
        return RedirectResponse(wanted, 303)
    return _form(request, "sign_in.html", wanted=wanted)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Begins a session, or says that name and password don't belong together."""
    parts, form = _parts(request), await _checked_form(request)
    name, wanted = form.text("name").lower()[:80], _next(form.text("next"))
    locked = parts.service.tokens.client(client_address(request, parts.service.settings.trusted_proxies))
    wait = await asyncio.to_thread(parts.lockout.begin, name, locked)
    if wait:
        minutes = plural(-(-wait // 60), "minute")
        return _form(request, "sign_in.html", 429, {"name": f"Too many tries. Wait {minutes} and try again"},
                     {"name": name}, {"retry-after": str(wait)}, wanted=wanted)
    account = await asyncio.to_thread(parts.accounts.check, name, form.text("password"))
    if account is None:
        return _form(request, "sign_in.html", 422, {"name": WRONG}, {"name": name}, wanted=wanted)
    await asyncio.to_thread(parts.lockout.succeed, name, locked)
    return await _begin(request, account.name, wanted)


@router.post("/sign-out")
async def sign_out(visit: Editor) -> Response:
    """Ends this session."""
    await asyncio.to_thread(visit.parts.sessions.end, visit.session.digest)
    answer = RedirectResponse(f"{PATH}/sign-in", 303)
    drop_cookie(answer)
    return answer


@router.get("/welcome/{secret}")
async def welcome(request: Request, secret: str) -> Response:
    """Where an invitation leads: choose a password."""
    account = await asyncio.to_thread(_parts(request).accounts.invited, secret)
    if account is None:
        return _form(request, "welcome_over.html", 404)
    return _form(request, "welcome.html", account=account, least=LEAST_CHARACTERS)


@router.post("/welcome/{secret}")
async def accept(request: Request, secret: str) -> Response:
    """Keeps the password and signs its owner in; the invitation ends."""
    parts, form = _parts(request), await _checked_form(request)
    account = await asyncio.to_thread(parts.accounts.invited, secret)
    if account is None:
        return _form(request, "welcome_over.html", 404)
    password = form.text("password")
    try:
        if password != form.text("password_again"):
            raise NotPossible("The two passwords aren’t the same", "password_again")
        await asyncio.to_thread(parts.accounts.set_password, account.name, password)
    except NotPossible as error:
        return _form(request, "welcome.html", 422, {error.field: str(error)}, account=account, least=LEAST_CHARACTERS)
    await asyncio.to_thread(parts.audit.write, account.name, "password chosen", account.name)
    return await _begin(request, account.name, HOME)


@router.api_route("/static/{name}", methods=files.GET)
async def static(request: Request, name: str) -> Response:
    """The console's own style sheet and scripts, by name alone."""
    return files.named(request, STATIC, name)


async def _begin(request: Request, account: str, wanted: str) -> Response:
    parts = _parts(request)
    # Always a new token: one that somebody planted in this browser before is worth nothing.
    token = await asyncio.to_thread(parts.sessions.begin, account, request.cookies.get(COOKIE))
    await asyncio.to_thread(parts.audit.write, account, "signed in", account)
    answer = RedirectResponse(wanted, 303)
    set_cookie(request, answer, COOKIE, token)
    drop_cookie(answer, FORM_COOKIE)
    return answer


def _form(request: Request, template: str, status: int = 200, errors: dict[str, str] | None = None,
          values: dict[str, str] | None = None, headers: dict[str, str] | None = None, **more: object) -> Response:
    seed = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    settings = _parts(request).service.settings
    private = is_https(request.scope, settings.trusted_proxies) or request.url.hostname in ("localhost", "127.0.0.1", "::1")
    body = render(template, errors=errors or {}, values=values or {}, csrf=_token(request, seed), private=private, **more)
    answer = HTMLResponse(body, status, headers)
    set_cookie(request, answer, FORM_COOKIE, seed, FORM_SECONDS)
    return answer


async def _checked_form(request: Request) -> Form:
    form = await read_form(request, MOST_FORM_BYTES)
    seed = request.cookies.get(FORM_COOKIE, "")
    # Without the cookie nothing fits: the token of an empty one is never handed out.
    check_csrf(request, _token(request, seed) if seed else secrets.token_hex(32), form)
    return form


def _token(request: Request, seed: str) -> str:
    key = _parts(request).service.tokens
    return hmac.new(key.client("staff form").encode(), digest(seed, "form").encode(), "sha256").hexdigest()


def _next(wanted: str) -> str:
    """Where to go after signing in: only within the console."""
    return wanted if _NEXT.fullmatch(wanted) and "//" not in wanted and ".." not in wanted else HOME


def _parts(request: Request) -> Parts:
    return request.app.state.parts
