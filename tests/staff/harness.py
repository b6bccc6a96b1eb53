"""What the console's tests share: people who sign in through the real forms, and what they do there."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from door.staff.parts import Parts

PASSWORD = "correct horse battery"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Person:
    """A browser with a cookie jar of its own, before one door."""

    def __init__(self, app: Any, client: httpx.AsyncClient, name: str = ""):
        self.app, self.client, self.name = app, client, name
        self.csrf = ""

    async def get(self, path: str, status: int = 200, **options: Any) -> httpx.Response:
        """Opens a page, and fails where it isn't answered with `status`."""
        answer = await self.client.get(path, **options)
        assert answer.status_code == status, (path, answer.status_code, title(answer))
        found = _CSRF.search(answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer

    async def post(self, path: str, status: int = 303, *, csrf: str | None = None, **fields: Any) -> httpx.Response:
        """Sends a form with the CSRF token of the latest page (or `csrf`)."""
        if csrf is None and not self.csrf:
            await self.get("/staff/own")
        given = self.csrf if csrf is None else csrf
        answer = await self.client.post(path, data={"csrf": given, **fields})
        assert answer.status_code == status, (path, answer.status_code, title(answer), problems(answer))
        return answer

    async def submit(self, path: str, **fields: Any) -> httpx.Response:
        """Sends a form and follows it to the page it leads to."""
        answer = await self.post(path, **fields)
        return await self.get(answer.headers["location"])

    async def sign_in(self, name: str, password: str = PASSWORD, status: int = 303) -> httpx.Response:
        """Through the form."""
        await self.get("/staff/sign-in")
        answer = await self.post("/staff/sign-in", status, name=name, password=password)
        self.csrf = ""
        return answer

    @property
    def parts(self) -> Parts:
        return console(self.app).state.parts


def console(app: Any) -> Any:
    """The console's application within the door's."""
    return next(route.app for route in app.routes if getattr(route, "path", "") == "/staff" and hasattr(route, "app")
                and hasattr(route.app, "state"))


def title(answer: httpx.Response) -> str:
    """The page's heading."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)
    return html.unescape(found[1]).strip() if found else answer.text[:200]


def problems(answer: httpx.Response) -> dict[str, str]:
    """The error summary: field → words."""
    found = re.search(r'class="error-summary".*?</ul>', answer.text, re.S)
    return {key: html.unescape(words) for key, words in re.findall(r'href="#([^"]+)">(.*?)</a>', found[0], re.S)} if found else {}


def notice(answer: httpx.Response) -> str:
    """What the page says was done."""
    found = re.search(r'class="notice[^"]*".*?<p>(.*?)</p>', answer.text, re.S)
    return html.unescape(found[1]) if found else ""


def all_routes(router: Any) -> list[Any]:
    """Every route below a router or an application, included ones too."""
    found = []
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        found += all_routes(inner) if inner else [route]
    return found
