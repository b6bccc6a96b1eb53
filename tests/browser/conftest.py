"""Chromium, the line, and the chat as a person meets it.

The server is the real door in front of a simple Rasa (stand_in.py), or the one that PCSO_SERVER=http://… names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="the browser tests run in the door's environment")

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import stand_in
from tests.browser.chat import Chat
from tests.browser.wire import Wire

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
# Generous: the machine may be busy with everything else.
PATIENCE_MS = 15_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # For this package only: its event loop would be in the way of the asynchronous tests that follow.
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: apt-get install -y --no-install-recommends chromium fonts-dejavu-core")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def line() -> Iterator[Wire]:
    wire = Wire()
    given = os.environ.get("PCSO_SERVER")
    with nullcontext(given) if given else stand_in.door(wire.other) as server:
        wire.lead_to(server)
        yield wire


@pytest.fixture
def wire(line: Wire) -> Wire:
    line.reset()
    return line


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield new
    for context in made:
        context.close()


@pytest.fixture
def visit(wire: Wire, new_context: Callable[..., BrowserContext]) -> Callable[..., Chat]:
    """Opens a page of site.py: `visit("plain", open=True, viewport=…)`. Errors on the page fail the test."""

    def visit(name: str = "plain", *, opened: bool = False, context: BrowserContext | None = None,
              origin: str | None = None, **options: Any) -> Chat:
        page: Page = (context or new_context(**options)).new_page()
        chat = Chat(page, wire)
        page.goto(f"{origin or wire.here}/site/{name}")
        if opened:
            chat.open()
        return chat

    return visit
