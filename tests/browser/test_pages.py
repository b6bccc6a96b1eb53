"""The door's own pages: `/` upgraded and without JavaScript, `/embed`, `/embed-frame`. Asked without the wire between, as a person does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from door.widget import bundle
from tests.browser.chat import AXE, AXE_TAGS, Chat


def axe(page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture
def door_page(wire, new_context):
    def open_page(path: str, **options):
        page = new_context(**options).new_page()
        page.on("console", lambda said: said.type == "error" and pytest.fail(said.text))
        page.goto(wire.server.geturl() + path)
        return page
    return open_page


def test_the_front_page_is_upgraded_to_the_widget(door_page, wire):
    page = door_page("/")
    chat = Chat(page, wire)
    expect(page.locator("#ask")).to_be_hidden()
    page.get_by_role("button", name="Open the chat").click()
    expect(chat.field).to_be_focused()
    chat.ask("Can a PCSO detain me?")
    assert axe(page) == []


def test_the_front_page_works_without_javascript(door_page):
    page = door_page("/", java_script_enabled=False)
    expect(page.locator("pcso-assistant")).to_have_count(0)
    page.get_by_label("Your question").fill("Can a PCSO detain me?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("ol.chat > li")).to_have_count(2)


@pytest.mark.parametrize("was_open", [False, True])
def test_who_types_before_the_widget_comes_goes_on_typing(wire, new_context, was_open):
    page = new_context(viewport={"width": 390, "height": 844}).new_page()
    if was_open:
        page.goto(wire.server.geturl() + "/")
        chat = Chat(page, wire)
        chat.open()
        expect(chat.log).to_contain_text("Hello")
    late: list = []
    page.route("**/widget.js", lambda route: late.append(route))
    page.goto(wire.server.geturl() + "/", wait_until="commit")
    page.get_by_label("Your question", exact=True).click()
    page.keyboard.type("can a pcso se")
    late[0].continue_()
    chat = Chat(page, wire)
    expect(chat.panel if was_open else chat.launcher).to_be_visible()
    page.wait_for_timeout(300)
    page.keyboard.type("arch me")
    if was_open:
        expect(chat.field).to_have_value("can a pcso search me")
        expect(chat.field).to_be_focused()
        expect(page.locator("#ask")).to_be_hidden()
    else:
        expect(page.get_by_label("Your question", exact=True)).to_have_value("can a pcso search me")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("ol.chat > li")).to_have_count(2)


def test_on_a_small_phone_no_button_lies_over_the_other(door_page, wire):
    page = door_page("/", viewport={"width": 360, "height": 640})
    inner, corner = page.get_by_role("button", name="Open the chat"), Chat(page, wire).launcher
    expect(inner).to_be_in_viewport(ratio=1)
    one, other = inner.bounding_box(), corner.bounding_box()
    assert one["y"] + one["height"] <= other["y"]
    page.emulate_media(media="print")
    expect(inner).to_be_hidden()


@pytest.mark.parametrize("width", [320, 360, 390])
def test_the_configurator_fits_a_phone(door_page, width):
    page = door_page("/embed", viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    expect(page.locator("#tag")).to_contain_text("<script")
    assert page.evaluate("() => document.documentElement.scrollWidth") == width
    box = page.get_by_label("Your police force").bounding_box()
    assert box["x"] + box["width"] <= width


def test_the_configurator_writes_the_tag_and_shows_it(door_page, wire):
    page = door_page("/embed")
    tag = page.locator("#tag")
    expect(tag).to_contain_text(f'<script src="{wire.server.geturl()}/widget.js" defer></script>')
    page.get_by_label("Your police force").select_option("dorset")
    page.get_by_label("Words on the button").fill('Ask "us" <now>')
    page.get_by_label("Your colour").fill("#ffd400")
    page.get_by_label("Corner").select_option("left")
    expect(tag).to_contain_text('data-force="dorset"')
    expect(tag).to_contain_text('data-name="Ask &#34;us&#34; &#60;now&#62;"')
    chat = Chat(page, wire)
    expect(chat.launcher).to_have_text('Ask "us" <now>')
    assert chat.launcher.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(255, 212, 0)"
    chat.launcher.click()
    expect(chat.root.locator(".force strong")).to_have_text("Dorset")
    chat.ask("Can a PCSO detain me?")
    assert axe(page) == []


def test_a_pinned_tag_names_the_file_that_is_served(door_page):
    page = door_page("/embed")
    page.get_by_label("Only this exact version").check()
    expect(page.locator("#tag")).to_contain_text("integrity=")
    value = page.locator("#tag").inner_text().split('integrity="')[1].split('"')[0]
    assert value == bundle.integrity()


def test_the_frame_page_fills_its_frame(door_page, wire):
    page = door_page("/embed-frame?force=kent&name=Ask+Kent&evil=%22%3E%3Cscript%3E")
    chat = Chat(page, wire)
    expect(chat.panel).to_be_visible()
    expect(chat.root.locator("h2")).to_have_text("Ask Kent")
    expect(chat.root.locator(".force strong")).to_have_text("Kent")
    chat.ask("Can a PCSO detain me?")
    assert axe(page) == []
