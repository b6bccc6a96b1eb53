"""The staff console in Chromium: axe-core on every page, keys, what is said on errors, and no scroll sideways on a tablet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from door.staff import pages as console_pages
from tests.browser.staff_desk import console, sign_in

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, TABLET, PHONE = {"width": 1280, "height": 900}, {"width": 820, "height": 1180}, {"width": 390, "height": 844}
LINKS = [link.path for link in console_pages.links()]
PAGES = [*LINKS, "/staff/topics/powers_search", "/staff/topics/powers_search/after", "/staff/topics/powers_search/points",
         "/staff/topics/powers_search/points/refuse", "/staff/topics/powers_search/points/new", "/staff/own", "/staff/people/ben",
         "/staff/inbox?why=unclear", "/staff/nothing"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with console(tmp_path_factory.mktemp("desk")) as address:
        yield address


@pytest.fixture
def ada(desk: str, new_context) -> Page:
    page = new_context(viewport=DESK).new_page()
    sign_in(page, desk)
    return page


def axe(page: Page) -> list[str]:
    """What axe-core finds, a line each."""
    page.evaluate(AXE.read_text("utf-8"))  # not as a script tag: the page's policy allows none of ours
    found = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{item['id']}: {node['html'][:150]} {node['failureSummary'][:200]}" for item in found["violations"] for node in item["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk: str, new_context, scheme: str):
    page = new_context(viewport=DESK, color_scheme=scheme).new_page()
    page.goto(f"{desk}/staff/sign-in")
    found = axe(page)
    sign_in(page, desk)
    for path in PAGES:
        page.goto(desk + path)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        found += [f"{path} {line}" for line in axe(page)]
    assert found == []


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_no_page_scrolls_sideways_or_breaks_its_policy(desk: str, new_context, viewport):
    page = new_context(viewport=viewport).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, desk)
    for path in LINKS + ["/staff/own"]:
        page.goto(desk + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (path, wide)
    assert said == []


def test_what_goes_on_beyond_a_phone_s_edge_says_so(desk: str, new_context):
    page = new_context(viewport=PHONE).new_page()
    sign_in(page, desk)
    for path in ("answers", "topics", "people", "figures"):
        page.goto(f"{desk}/staff/{path}")
        part = page.locator(".wide").first
        expect(part.locator("xpath=preceding-sibling::*[1]")).to_have_text("Goes on to the right: push it sideways.")
        expect(part.locator("xpath=preceding-sibling::*[1]")).to_be_visible()
    assert part.evaluate("part => part.scrollLeft + part.clientWidth >= part.scrollWidth - 1"), "today is seen first"
    page.set_viewport_size(DESK)
    expect(page.get_by_text("Goes on to the right").first).to_be_hidden()


def test_an_error_is_told_on_top_and_leads_to_its_field(ada: Page, desk: str):
    ada.goto(f"{desk}/staff/people")
    ada.get_by_role("button", name="Add and show the link").click()
    summary = ada.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(ada).to_have_title(re.compile("^Error: "))
    assert axe(ada) == []
    summary.get_by_role("link").first.click()
    expect(ada.get_by_label("Sign-in name")).to_be_focused()


def test_the_inbox_is_worked_through_by_keys(ada: Page, desk: str):
    ada.goto(f"{desk}/staff/inbox")
    cards = ada.locator(".cards > .card")
    expect(cards).to_have_count(4)
    expect(cards.first).to_contain_text("Asked 2 times")
    ada.keyboard.press("j")
    expect(cards.first).to_be_focused()
    ada.keyboard.press("1")
    expect(ada.get_by_role("status")).to_contain_text("2 messages taught as")
    expect(cards).to_have_count(3)
    expect(cards.first).to_be_focused()  # the next one moved up
    ada.keyboard.press("u")
    expect(ada.get_by_role("status")).to_contain_text("Undone")
    expect(cards).to_have_count(4)


@pytest.mark.parametrize("size", [DESK, {"width": 390, "height": 844}], ids=["desk", "phone"])
def test_what_was_taught_stays_in_sight_with_its_undo(desk: str, new_context, size):
    page = new_context(viewport=size).new_page()
    sign_in(page, desk)
    page.goto(f"{desk}/staff/inbox")
    cards = page.locator(".cards > .card")
    before = cards.count()
    text = cards.nth(2).locator("h2").inner_text()
    cards.nth(2).get_by_role("button", name="Nothing to teach").click()
    page.wait_for_url("**#card-3")
    expect(cards).to_have_count(before - 1)
    expect(cards.nth(2)).to_be_focused()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)
    notice, card = page.get_by_role("status").bounding_box(), cards.nth(2).bounding_box()
    assert notice and card and card["y"] >= notice["y"] + notice["height"]  # and hides nothing of the next
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(text)).to_be_visible()


def test_keys_do_nothing_while_one_chooses_and_can_be_turned_off(ada: Page, desk: str):
    ada.goto(f"{desk}/staff/inbox")
    cards = ada.locator(".cards > .card")
    ada.keyboard.press("j")
    cards.first.get_by_label("Another topic for this message").focus()
    ada.keyboard.press("d")
    expect(cards).to_have_count(4)
    ada.get_by_text("Keys that make it quicker").click()
    ada.get_by_role("button", name="Turn keys off").click()
    cards.first.focus()
    ada.keyboard.press("1")
    ada.reload()
    expect(cards).to_have_count(4)
    ada.evaluate("localStorage.clear()")


def test_words_that_are_not_saved_are_asked_about(ada: Page, desk: str):
    asked: list[str] = []
    ada.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    ada.goto(f"{desk}/staff/topics/new")
    ada.goto(f"{desk}/staff/own")  # nothing written: nothing asked
    assert asked == []
    ada.goto(f"{desk}/staff/topics/new")
    ada.locator("form[data-warn] textarea").first.press_sequentially("can I stroke the dog")
    ada.goto(f"{desk}/staff/own")
    assert asked == ["beforeunload"]


def test_what_changes_at_once_for_people_is_asked_about(ada: Page, desk: str):
    asked: list[str] = []
    answer = iter(("dismiss", "accept"))
    ada.on("dialog", lambda dialog: (asked.append(dialog.message), getattr(dialog, next(answer))()))
    ada.goto(f"{desk}/staff/recruitment/kent")
    ada.get_by_role("button", name="Save and publish").click()
    assert asked == ["Publish this? Within seconds it is what people are told about Kent Police."]
    expect(ada.get_by_role("alert")).to_have_count(0)  # nothing was sent
    ada.get_by_role("button", name="Save and publish").click()
    expect(ada.get_by_role("alert")).to_contain_text("Enter the day and the hour it opens")


def test_a_source_is_found_by_its_words(ada: Page, desk: str):
    ada.goto(f"{desk}/staff/topics/new")
    sources = ada.locator("#other-sources .choice")
    expect(sources.first).not_to_be_visible()
    ada.locator("summary", has_text="Choose from").click()
    many = sources.count()
    field = ada.get_by_label("Find a source by its title or publisher")
    sources.first.get_by_role("checkbox").check()
    field.fill("reform act nothing-like-it")
    expect(ada.locator("#other-sources .choice:visible")).to_have_count(1)  # what is ticked stays
    field.fill("reform act")
    expect(ada.locator("#sources [role=status]")).to_have_text(re.compile(rf"^\d+ of {many}$"))
    assert 1 < ada.locator("#other-sources .choice:visible").count() < many
    field.press("Enter")
    expect(ada).to_have_url(f"{desk}/staff/topics/new")


def test_a_page_works_without_scripts(desk: str, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, desk, "ben")
    page.goto(f"{desk}/staff/inbox?why=low")
    page.locator(".cards > .card").first.get_by_role("button", name="Nothing to teach").click()
    expect(page.get_by_role("status")).to_contain_text("put aside")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    context.close()
