"""axe-core finds nothing in any state, with WCAG 2.2 AA and best practice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
# 1280 by 1024 at 400%.
ZOOMED = {"viewport": {"width": 320, "height": 256}}
VIEWS = {"desktop": {}, "tablet": {"viewport": {"width": 768, "height": 1024}}, "320px": PHONE, "400%": ZOOMED,
         "dark": {"color_scheme": "dark"}, "forced": {"forced_colors": "active"}, "contrast": {"contrast": "more"}}


def closed(chat):
    expect(chat.launcher).to_be_visible()


def opened(chat):
    chat.open()


def answer(chat):
    chat.open()
    chat.ask("Can a PCSO detain me?")
    chat.log.locator("summary").click()
    chat.button("This helped").click()


def options(chat):
    chat.open()
    chat.button("Options").click()
    chat.root.locator("summary", has_text="Delete my chat").click()


def error(chat):
    chat.open()
    chat.field.fill("a" * 3000)
    chat.field.press("Enter")
    expect(chat.root.locator("#error")).to_contain_text("too long")


def emergency(chat):
    chat.open()
    chat.ask("my friend has been stabbed")


def offline(chat):
    chat.open()
    chat.page.context.set_offline(True)
    chat.ask("there is a knife", wait=False)
    expect(chat.banner).to_contain_text("offline")


def waiting(chat):
    chat.wire.delay = 3.6
    chat.open()
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.status).to_contain_text("Still working")


STATES = [closed, opened, answer, options, error, emergency, offline, waiting]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(visit, state, view):
    chat = visit(**VIEWS[view])
    state(chat)
    chat.page.wait_for_timeout(150)
    assert chat.axe() == []


@pytest.mark.parametrize("page", ["theme", "welsh", "rtl", "link", "element", "dark", "frame"])
def test_axe_finds_nothing_on_other_pages(visit, page):
    chat = visit(page)
    if page != "frame":
        chat.open()
    chat.ask("Can a PCSO detain me?")
    chat.page.wait_for_timeout(150)
    assert chat.axe() == []
