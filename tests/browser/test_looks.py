"""Sizes, zoom, colours, paper, and what the widget costs the page. PCSO_SHOTS=folder keeps screenshots."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.test_axe import PHONE, VIEWS, ZOOMED


def shot(chat, name: str) -> None:
    folder = os.environ.get("PCSO_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        chat.page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_off_sideways(visit, view):
    chat = visit(opened=True, **VIEWS[view])
    shot(chat, f"{view}-open")
    chat.ask("Can a PCSO detain me?")
    chat.log.locator("summary").click()
    shot(chat, f"{view}-answer")
    chat.button("Options").click()
    shot(chat, f"{view}-options")
    assert chat.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert chat.panel.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    for control in chat.root.locator("button:visible, summary:visible, a:visible, textarea:visible, input:visible").all():
        box = control.bounding_box()
        width = VIEWS[view].get("viewport", {"width": 1280})["width"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5, control.inner_text()


@pytest.mark.parametrize("options", [ZOOMED, PHONE], ids=["400%", "320px"])
def test_at_400_percent_everything_can_be_reached_and_999_stays_in_sight(visit, options):
    chat = visit(opened=True, **options)
    chat.ask("Can a PCSO detain me?")
    chat.page.wait_for_timeout(200)
    for control in [chat.field, chat.send, chat.button("Options"), chat.button("Close"), chat.button("Leave this site"),
                    chat.button("Copy"), chat.log.locator("summary")]:
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport(ratio=0.95)
        expect(chat.root.locator("#danger a")).to_be_in_viewport(ratio=0.9)


def test_large_text_of_the_reader_is_kept(visit, new_context, browser):
    # The reader's own font size, as browsers offer it in their settings: 200% of the usual 16 px.
    chat = visit(opened=True)
    session = chat.page.context.new_cdp_session(chat.page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    chat.page.reload()
    expect(chat.field).to_be_visible()
    assert chat.field.evaluate("(node) => getComputedStyle(node).fontSize") == "32px"
    chat.ask("Can a PCSO detain me?")
    shot(chat, "text-200")
    assert chat.panel.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    for control in [chat.send, chat.button("Options"), chat.button("Leave this site")]:
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport(ratio=0.95)


@pytest.mark.parametrize("size,width,height", [(32, 390, 844), (32, 360, 640), (26, 390, 844), (16, 320, 256)])
def test_an_answers_first_words_are_not_under_the_line_about_999(visit, size, width, height):
    chat = visit(viewport={"width": width, "height": height})
    chat.page.context.new_cdp_session(chat.page).send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
    chat.page.reload()
    chat.open()
    for question in ("Can a PCSO detain me?", "my friend has been stabbed"):
        chat.ask(question)
        chat.page.wait_for_timeout(300)
        line, first = (part.bounding_box() for part in (chat.root.locator(".safety"), chat.answers.last.locator("p").first))
        assert line["y"] + line["height"] <= first["y"] < height - 20, question
    shot(chat, f"text-{size}-{width}")


def test_at_400_percent_what_is_tabbed_to_is_not_under_the_line_about_999(visit):
    chat = visit(opened=True, **ZOOMED)
    for _ in range(3):
        chat.ask("Can a PCSO detain me?")
    chat.page.wait_for_timeout(300)
    chat.field.focus()
    for _ in range(14):
        chat.page.keyboard.press("Shift+Tab")
        top, line = chat.root.evaluate("""(host) => { const root = host.shadowRoot, at = root.activeElement;
            const bottom = root.querySelector('.safety').getBoundingClientRect().bottom;
            return [at.closest('ol') ? at.getBoundingClientRect().top : bottom, bottom]; }""")
        assert top >= line - 1, chat.focused()


def test_180_pixels_cut_no_button_off(visit):
    chat = visit(opened=True, viewport={"width": 180, "height": 400})
    assert chat.panel.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    for name in ("Options", "Close", "Leave this site", "Send"):
        box = chat.button(name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 180, name


def test_a_phone_that_is_turned_goes_on_where_it_was_read(visit, wire):
    wire.change = lambda message: message.update(text="The first line.\n\n" + "More to read. " * 80 + "\n\nThe last line.")
    chat = visit(opened=True, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    chat.ask("Can a PCSO detain me?")
    answer = chat.ask("Can they search me?")
    chat.page.wait_for_timeout(300)
    for width, height in ((844, 390), (390, 844)):
        chat.page.set_viewport_size({"width": width, "height": height})
        chat.page.wait_for_timeout(300)
        expect(answer.locator("p").first).to_be_in_viewport(ratio=1)
    # Who has scrolled back stays there, too.
    chat.said.first.evaluate("(node) => { const log = node.closest('.log'); "
                             "log.scrollTop += node.getBoundingClientRect().top - log.getBoundingClientRect().top - 20; }")
    chat.page.wait_for_timeout(300)
    chat.page.set_viewport_size({"width": 844, "height": 390})
    chat.page.wait_for_timeout(300)
    expect(chat.said.first).to_be_in_viewport(ratio=0.5)


def test_a_phones_keyboard_leaves_the_field_in_sight(visit):
    chat = visit(opened=True, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    chat.ask("Can a PCSO detain me?")
    chat.page.set_viewport_size({"width": 390, "height": 430})
    expect(chat.field).to_be_focused()
    expect(chat.field).to_be_in_viewport(ratio=1)
    expect(chat.root.locator("#danger a")).to_be_in_viewport(ratio=0.9)


def test_text_spacing_of_the_reader_loses_nothing(visit):
    """WCAG 1.4.12, with the style sheet that readers use for it."""
    chat = visit(opened=True, **PHONE)
    chat.ask("Can a PCSO detain me?")
    chat.page.evaluate("""() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } '
                          + 'p { margin-bottom: 2em !important }');
        const root = document.querySelector('pcso-assistant').shadowRoot;
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]; }""")
    shot(chat, "spacing")
    assert chat.panel.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    chat.send.scroll_into_view_if_needed()
    expect(chat.send).to_be_in_viewport(ratio=0.95)


def test_forced_colours_keep_the_shapes(visit):
    chat = visit(opened=True, forced_colors="active")
    chat.ask("my friend has been stabbed")
    for part in [chat.said.first, chat.answers.first, chat.send]:
        assert part.evaluate("(node) => parseFloat(getComputedStyle(node).borderTopWidth)") >= 1
    shot(chat, "forced-emergency")


def test_no_motion_for_those_who_ask_for_none(visit, wire):
    wire.delay = 1.5
    for motion, name in (("reduce", "none"), ("no-preference", "dot")):
        chat = visit(opened=True, reduced_motion=motion)
        chat.ask("Can a PCSO detain me?", wait=False)
        dot = chat.root.locator(".dots i").first
        expect(dot).to_be_visible()
        assert dot.evaluate("(node) => getComputedStyle(node).animationName") == name
        expect(chat.answers).to_have_count(1)


def contrast(chat, selector: str, ground: str) -> float:
    return chat.root.locator(selector).first.evaluate("""(node, ground) => {
        const linear = (v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const rgb = (css) => css.match(/[\\d.]+/g).slice(0, 3).map((v) => linear(v / 255));
        const light = (css) => { const [r, g, b] = rgb(css); return .2126 * r + .7152 * g + .0722 * b; };
        const s = getComputedStyle(node);
        const of = (css) => css === 'own' ? s.backgroundColor : getComputedStyle(node.closest(css)).backgroundColor;
        const [low, high] = [light(s.color), light(of(ground))].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    }""", ground)


@pytest.mark.parametrize("colour",
                         ["#ffd400", "#16365c", "white", "black", "#777", "hsl(0 80% 50%)", "#1d70b8", "nonsense; } * { display: none", ""])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sites_colour_keeps_the_contrast(visit, colour, scheme):
    chat = visit("colour=" + quote(colour, safe=""), opened=True, color_scheme=scheme)
    chat.ask("Can a PCSO detain me?")
    assert contrast(chat, ".launcher", "own") >= 4.5
    assert contrast(chat, ".you .bubble", "own") >= 4.5
    assert contrast(chat, "header h2", "header") >= 4.5
    assert contrast(chat, ".choices button", "own") >= 4.5


def test_a_theme_by_attributes(visit):
    chat = visit("theme", opened=True)
    expect(chat.launcher).to_have_text("Ask Anytown Police")
    assert chat.launcher.bounding_box()["x"] < 100
    expect(chat.root.locator("img.logo")).to_be_visible()
    assert chat.launcher.evaluate("(node) => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    shot(chat, "theme")


def test_a_theme_by_custom_properties(visit):
    chat = visit("property")
    assert chat.launcher.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(255, 212, 0)"
    box = chat.launcher.bounding_box()
    assert round(1280 - box["x"] - box["width"]) == 50


def test_dark_by_system_and_by_attribute(visit):
    for chat in (visit("plain", color_scheme="dark"), visit("dark")):
        chat.open()
        assert chat.panel.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(21, 25, 31)"


def test_right_to_left_pages_and_answers(visit, wire):
    wire.change = lambda message: (message.update(text="اتصل برقم 999 الآن."), message["custom"].update(lang="ar"))
    chat = visit("rtl", opened=True)
    answer = chat.ask("مساعدة")
    assert answer.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    assert chat.said.first.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    assert chat.panel.evaluate("(node) => getComputedStyle(node).direction") == "ltr"
    shot(chat, "rtl")


def test_on_paper_the_whole_chat_with_its_sources(visit, tmp_path):
    chat = visit(opened=True)
    for _ in range(6):
        chat.ask("Can a PCSO detain me?")
    chat.ask("my friend has been stabbed")
    chat.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    chat.page.emulate_media(media="print")
    assert chat.log.evaluate("(node) => node.scrollHeight <= node.clientHeight + 1")
    expect(chat.said.first).to_be_visible()
    expect(chat.log.locator(".under details ul").first).to_be_visible()
    expect(chat.send).to_be_hidden()
    # Printers leave grounds out: nothing may be white.
    for part in (chat.said.first, chat.root.locator("h2"), chat.root.locator(".call"), chat.answers.first):
        assert part.evaluate("(node) => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    heading = chat.page.locator("main").bounding_box()
    assert chat.log.bounding_box()["y"] >= heading["y"] + heading["height"], "the chat follows the page, not over it"
    if os.environ.get("PCSO_SHOTS"):
        chat.page.screenshot(path=f"{os.environ['PCSO_SHOTS']}/print.png", full_page=True)
    chat.page.emulate_media(media="screen")
    chat.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(chat.field).to_be_visible()


def test_the_page_does_not_move(visit, wire, new_context):
    context = new_context()
    context.add_init_script("""window.shifts = [];
        new PerformanceObserver((list) => list.getEntries().forEach((one) => one.hadRecentInput || window.shifts.push(one.value)))
            .observe({ type: 'layout-shift', buffered: true });""")
    chat = visit(context=context)
    measure = ("() => { const page = document.documentElement, main = document.querySelector('main'); "
               "return [page.scrollWidth, page.scrollHeight, main.getBoundingClientRect().top]; }")
    size = chat.page.evaluate(measure)
    chat.open()
    wire.delay = 1.5
    chat.ask("Can a PCSO detain me?")
    chat.page.wait_for_timeout(300)
    assert sum(chat.page.evaluate("() => window.shifts")) < 0.001
    assert chat.page.evaluate(measure) == size


def test_before_it_is_opened_one_request_and_one_button(visit, new_context):
    context = new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    chat = visit(context=context)
    expect(chat.launcher).to_be_visible()
    chat.page.wait_for_timeout(300)
    assert [url.rsplit("/", 1)[-1] for url in asked] == ["plain", "widget.js"]
    assert chat.page.evaluate("() => document.querySelector('pcso-assistant').shadowRoot.querySelectorAll('*').length") <= 4
