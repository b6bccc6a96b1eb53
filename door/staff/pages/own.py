"""One's own account: change the password, sign out everywhere."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from door.staff.accounts import NotPossible
from door.staff.guard import COOKIE, PATH, Editor, drop_cookie, set_cookie
from door.staff.passwords import LEAST_CHARACTERS
from door.staff.rendering import plural

router = APIRouter()

AT = "/own"


@router.get(AT)
async def show(visit: Editor) -> Response:
    """The page."""
    return await visit.render("own.html", least=LEAST_CHARACTERS)


@router.post(AT + "/password")
async def change_password(visit: Editor) -> Response:
    """Changes the password; every other session of the account ends."""
    name, form, parts = visit.account.name, visit.form, visit.parts
    # A session left open mustn't be a way to try passwords at leisure. The page is an address of this account's own, so that
    # nobody's tries lock another's page.
    page = f"own page of {name}"
    wait = await asyncio.to_thread(parts.lockout.begin, name, page)
    errors = {}
    if wait:
        errors["old_password"] = f"Too many tries. Wait {plural(-(-wait // 60), 'minute')} and try again"
    elif await asyncio.to_thread(parts.accounts.check, name, form.text("old_password")) is None:
        errors["old_password"] = "This isn’t your password"
    else:
        # Whoever knows the password guesses nothing, whatever is wrong with the new one.
        await asyncio.to_thread(parts.lockout.succeed, name, page)
        if form.text("password") != form.text("password_again"):
            errors["password_again"] = "The two passwords aren’t the same"
        else:
            try:
                await asyncio.to_thread(parts.accounts.set_password, name, form.text("password"))
            except NotPossible as error:
                errors[error.field] = str(error)
    if errors:
        return await visit.render("own.html", errors=errors, least=LEAST_CHARACTERS)
    await visit.audit("password changed", name)
    token = await asyncio.to_thread(parts.sessions.begin, name)
    session = await asyncio.to_thread(parts.sessions.find, token)
    await asyncio.to_thread(parts.sessions.leave_notice, session.digest,
                            {"text": "Your password is changed. You’re signed out everywhere else."})
    answer = RedirectResponse(PATH + AT, 303)
    set_cookie(visit.request, answer, COOKIE, token)
    return answer


@router.post(AT + "/sign-out-everywhere")
async def sign_out_everywhere(visit: Editor) -> Response:
    """Ends every session of the account, this one too."""
    ended = await asyncio.to_thread(visit.parts.sessions.end_all, visit.account.name)
    await visit.audit("signed out everywhere", visit.account.name, after=plural(ended, "session"))
    answer = RedirectResponse(f"{PATH}/sign-in", 303)
    drop_cookie(answer)
    return answer
