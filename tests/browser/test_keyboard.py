"""Everything without a mouse: focus, keys, and leaving at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

ELSEWHERE = "https://www.bbc.co.uk/weather"


def tab_to(chat, name: str, *, most: int = 40) -> None:
    """Presses Tab until the focus is on what is called `name`."""
    for _ in range(most):
        if chat.focused().startswith(name):
            return
        chat.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {name!r}; it is on {chat.focused()!r}")


def test_a_whole_chat_by_keyboard_alone(visit, wire):
    chat = visit()
    keys = chat.page.keyboard
    tab_to(chat, "Ask about PCSOs")
    keys.press("Enter")
    expect(chat.field).to_be_focused()
    keys.type("Can a PCSO detain me?")
    keys.press("Shift+Enter")
    keys.type("And search me?")
    keys.press("Enter")
    expect(chat.said).to_have_text(["Can a PCSO detain me?\nAnd search me?"])
    expect(chat.answers.first).to_be_visible()
    expect(chat.log.locator("details").first).to_be_visible()
    expect(chat.field).to_be_focused()

    # Round by Tab: through the page and the launcher into the panel again.
    keys.press("Escape")
    keys.press("Enter")
    expect(chat.field).to_be_focused()
    for name in ("This helped", "Where this comes from"):
        for _ in range(40):
            if chat.focused().startswith(name):
                break
            keys.press("Shift+Tab")
        assert chat.focused().startswith(name)
        keys.press("Enter")
    expect(chat.log.locator("details").last).to_have_attribute("open", "")
    expect(chat.button("This helped").last).to_have_attribute("aria-pressed", "true")

    for _ in range(40):
        if chat.focused() == "Options":
            break
        keys.press("Shift+Tab")
    keys.press("Enter")
    expect(chat.button("Options")).to_have_attribute("aria-expanded", "true")
    tab_to(chat, "keep")
    keys.press("Space")
    assert "token" in chat.stored()["local"]["pcso-assistant"]
    keys.press("Escape")
    expect(chat.button("Options")).to_be_focused()
    expect(chat.panel).to_be_visible()
    keys.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_the_log_can_be_scrolled_by_keyboard(visit):
    chat = visit(opened=True)
    for _ in range(4):
        chat.ask("Can a PCSO detain me?")
    chat.log.focus()
    before = chat.log.evaluate("(log) => log.scrollTop")
    chat.page.keyboard.press("Home")
    chat.page.wait_for_function("([log, before]) => log.scrollTop < before", arg=[chat.log.element_handle(), before])


def test_focus_is_always_to_be_seen(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    # A key was used: from now on focus is shown, also where a script sets it.
    chat.page.keyboard.press("Tab")
    reachable = "button:visible, summary:visible, a:visible, textarea:visible, input:visible, [tabindex='0']:visible"
    for control in chat.root.locator(reachable).all():
        control.focus()
        style, width = control.evaluate(
            "(node) => { const s = getComputedStyle(node); return [s.outlineStyle, parseFloat(s.outlineWidth)]; }")
        assert style == "solid" and width >= 2, control.inner_text()
        expect(control).to_be_in_viewport()


def test_targets_are_large_enough(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    for control in chat.root.locator("button:visible, summary:visible, input:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box["width"] >= 24 and box["height"] >= 24, (control.inner_text(), box)


def test_focus_that_goes_on_to_the_page_is_not_behind_the_panel(visit):
    chat = visit("obscured", opened=True)
    chat.page.locator("#behind").focus()
    expect(chat.panel).to_be_hidden()
    expect(chat.page.locator("#behind")).to_be_focused()


def test_opening_by_reload_takes_no_focus(visit):
    chat = visit(opened=True)
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    assert chat.page.evaluate("() => document.activeElement === document.body")


@pytest.mark.parametrize("way", ["button", "escape"])
def test_leaving_replaces_the_page_wipes_and_deletes(visit, wire, way):
    chat = visit("next")
    chat.page.goto(f"{wire.here}/site/plain")
    chat.page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
    chat.open()
    chat.ask("Can a PCSO detain me?")
    kept = []
    chat.page.on("request", lambda request: kept.append(request.url) if request.is_navigation_request() else None)
    if way == "button":
        chat.button("Leave this site").click()
    else:
        for _ in range(3):
            chat.page.keyboard.press("Escape")
    chat.page.wait_for_url(ELSEWHERE)
    chat.page.wait_for_timeout(300)
    assert [path for method, path, _ in wire.requests if method == "DELETE"] == ["/api/conversation"]
    # The page with the chat is gone from the history: Back leads to the one before it.
    chat.page.go_back()
    assert chat.page.url.endswith("/site/next")
    assert chat.stored() == {"session": {}, "local": {}, "cookie": ""}
    assert chat.page.title() == "A police force"


def test_escape_is_the_pages_own_where_there_is_no_chat(visit):
    chat = visit()
    for _ in range(4):
        chat.page.keyboard.press("Escape")
    chat.page.wait_for_timeout(200)
    assert chat.page.url.endswith("/site/plain")


def test_leaving_empties_other_tabs_too(visit, new_context):
    context = new_context()
    first, second = visit(opened=True, context=context), visit(opened=True, context=context)
    second.ask("Can a PCSO detain me?")
    first.page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
    first.button("Leave this site").click()
    expect(second.panel).to_be_hidden()
    assert second.stored()["session"] == {} or "token" not in str(second.stored()["session"])
