"""One request of somebody who is signed in: who it is, what they sent, and how to answer them."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from door.staff import pages
from door.staff.forms import Form
from door.staff.parts import Parts
from door.staff.rendering import render
from door.staff.roles import Account
from door.staff.sessions import Session
from releases.store import StoreError


class NotAllowed(Exception):
    """This account may not do that; the message says who may."""


class Visit:
    """What a page gets. `form` is empty for GET; for everything else its CSRF token has been checked."""

    def __init__(self, request: Request, session: Session, form: Form):
        self.request = request
        self.session = session
        self.form = form
        self.account: Account = session.account
        self.parts: Parts = request.app.state.parts

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks, which wants a part of a page (a boosted link wants a whole one)."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-boosted") != "true"

    def need(self, role: str) -> None:
        """Raises `NotAllowed` unless the account may do what `role` may."""
        if not self.account.may(role):
            raise NotAllowed(f"Only {role}s can do this. Ask one of them, or an administrator to change your role.")

    def need_force(self, force: str | None) -> None:
        """Raises `NotAllowed` unless the account may change this force's facts (None: what holds for all)."""
        if not self.account.may_change_force(force):
            own = (self.account.force or "").replace("_", " ")
            raise NotAllowed(f"Your account can change the facts of {own} only.")

    async def render(self, template: str, *, status: int = 0, errors: dict[str, str] | None = None,
                     values: dict[str, Any] | None = None, **more: Any) -> Response:
        """A page. `errors` (field id → words) make the summary on top and status 422; `values` fill the fields."""
        follows_files = await asyncio.to_thread(self._follows_files)
        body = render(template, **self._common(), follows_files=follows_files, errors=errors or {}, values=values or {}, **more)
        if self.session.notice and not self.is_fragment:
            await asyncio.to_thread(self.parts.sessions.leave_notice, self.session.digest, None)
        return HTMLResponse(body, status or (422 if errors else 200))

    async def redirect(self, path: str, notice: str = "", **action: Any) -> Response:
        """To another page of the console after a POST, with a `notice` to be shown there.

        `action="/staff/…", label="Undo", fields={…}` put a small form beside the notice, `next=["Words", "/staff/…"]` a link;
        `warn=True` says that not all is well.
        """
        if notice:
            await asyncio.to_thread(self.parts.sessions.leave_notice, self.session.digest, {"text": notice, **action})
        return RedirectResponse(quote(path, safe="/?&=#%:,+-._~"), 303)

    async def audit(self, what: str, subject: str, before: str | None = None, after: str | None = None) -> None:
        """Adds a line to the audit trail."""
        await asyncio.to_thread(self.parts.audit.write, self.account.name, what, subject, before, after)

    def _follows_files(self) -> bool:
        """Whether an engineer's files are live at once: the first save ends that, so that every page says so before it."""
        try:
            live = self.parts.releases.live()
        except StoreError:  # the page of releases tells what is wrong
            return False
        return bool(live and live.follows_files)

    def _common(self) -> dict[str, Any]:
        path = self.request.url.path
        links = [link for link in pages.links() if self.account.may(link.role)]
        here = max((link for link in links if path == link.path or path.startswith(link.path + "/")),
                   key=lambda link: len(link.path), default=None)
        return {"account": self.account, "csrf": self.session.csrf, "notice": self.session.notice, "links": links,
                "here": here.path if here else "", "path": path}
