"""A whole chat with the mouse: what a person sees and presses."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.chat import Chat


def test_the_greeting_offers_questions_to_start_with(visit):
    chat = visit(opened=True)
    starts = chat.log.locator(".choices button")
    expect(starts).to_have_count(5)
    starts.first.click()
    expect(chat.said).to_have_text(["What does a PCSO do?"])
    expect(chat.answers).to_have_count(1)
    expect(chat.field).to_be_focused()


def test_999_is_in_sight_with_a_link_to_call(visit):
    chat = visit(opened=True)
    for _ in range(4):
        chat.ask("Can a PCSO detain me?")
    line = chat.root.locator("#danger")
    expect(line).to_be_in_viewport(ratio=1)
    expect(line).to_have_text("In an emergency always call 999")
    assert line.locator("a").get_attribute("href") == "tel:999"


def test_an_answer_shows_its_source_and_day_folded(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    fold = chat.log.locator(".under details")
    link = fold.get_by_role("link").first
    expect(fold.locator("summary")).to_have_text(re.compile(r"Where this comes from, checked \d+ \w+ \d{4}"))
    expect(link).to_be_hidden()
    fold.locator("summary").click()
    expect(link).to_be_visible()
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_helped_is_told_to_the_server(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("It didn't").click()
    expect(chat.button("It didn't")).to_have_attribute("aria-pressed", "true")
    expect(chat.button("This helped")).to_have_attribute("aria-pressed", "false")
    expect(chat.status).to_have_text("Thank you for telling us.")
    path, body = next((path, body) for _, path, body in wire.requests if path == "/api/feedback")
    assert b'"helpful":false' in body and b'"message_id"' in body, path


def test_each_message_has_its_time(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    for time in chat.log.locator("time").all():
        assert re.fullmatch(r"\d\d:\d\d", time.inner_text())
        assert re.match(r"\d{4}-\d\d-\d\dT", time.get_attribute("datetime"))
    expect(chat.log.locator("time")).to_have_count(2)


def test_copy_takes_the_answer_with_its_source(visit, new_context):
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    chat = visit(opened=True, context=context)
    answer = chat.ask("Can a PCSO detain me?").inner_text()
    chat.button("Copy").click()
    expect(chat.status).to_have_text("Copied.")
    copied = chat.page.evaluate("() => navigator.clipboard.readText()")
    assert answer.split("\n")[0] in copied and "https://" in copied


def test_what_was_said_of_one_turn_is_gone_with_the_next(visit, new_context):
    chat = visit(opened=True, context=new_context(permissions=["clipboard-read", "clipboard-write"]))
    chat.ask("Can a PCSO detain me?")
    chat.button("Copy").click()
    expect(chat.status).to_have_text("Copied.")
    chat.ask("Can they search me?")
    expect(chat.status).to_be_empty()
    chat.page.wait_for_timeout(1000)
    chat.field.press("Enter")
    expect(chat.root.locator("#error")).to_have_text("Type a question first.")
    chat.log.locator(".choices button").first.click()
    expect(chat.answers).to_have_count(3)
    expect(chat.root.locator("#error")).to_be_empty()


def test_a_double_tap_on_send_is_one_question_and_no_complaint(visit, wire):
    wire.delay = 0.2
    chat = visit(opened=True)
    chat.field.fill("Can a PCSO detain me?")
    chat.send.dblclick(delay=30)
    expect(chat.answers).to_have_count(1)
    expect(chat.root.locator("#error")).to_be_empty()
    assert len(wire.asked) == 1


def test_what_was_not_understood_is_no_answer_that_could_help(visit, wire):
    wire.change = lambda message: message["custom"].update(topic="unclear", scope="unknown", sources=[], checked=None)
    chat = visit(opened=True)
    chat.ask("blue carrots sing")
    chat.page.wait_for_timeout(300)
    expect(chat.button("Copy")).to_have_count(0)
    expect(chat.log).not_to_contain_text("No reliable answer held")
    wire.change = lambda message: message["custom"].update(scope="unknown", sources=[], checked=None)
    chat.ask("What do they earn?")
    expect(chat.log).to_contain_text("No reliable answer held")
    expect(chat.button("It didn't")).to_be_visible()


def test_a_source_is_named_once(visit, wire):
    def twice(message):
        source = message["custom"]["sources"][0]
        message["custom"]["sources"] = [source, {**source, "title": "Another page"}, source, {**source, "url": source["url"] + "#more"}]

    wire.change = twice
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    expect(chat.log.locator(".under details li")).to_have_count(2)


def test_a_download_holds_the_chat(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    with chat.page.expect_download() as coming:
        chat.button("Download my chat").click()
    text = open(coming.value.path(), encoding="utf-8-sig", newline="").read()
    assert coming.value.suggested_filename.startswith("pcso-chat-") and coming.value.suggested_filename.endswith(".txt")
    assert "In an emergency always call 999" in text and "Can a PCSO detain me?" in text and "https://" in text
    assert text.index("Can a PCSO detain me?") < text.index("Assistant said")


def test_start_again_gives_an_empty_chat_and_a_new_conversation(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    chat.button("Start again").click()
    expect(chat.said).to_have_count(0)
    expect(chat.log.locator(".choices button")).to_have_count(5)
    expect(chat.field).to_be_focused()
    chat.ask("What do PCSOs do?")
    assert "conversation" not in wire.asked[-1]
    expect(chat.said).to_have_count(1)


def test_delete_asks_first_then_deletes_here_and_on_the_server(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    chat.root.locator("summary", has_text="Delete my chat").click()
    assert not [path for method, path, _ in wire.requests if method == "DELETE"]
    chat.button("Yes, delete it").click()
    expect(chat.status).to_have_text("Your chat has been deleted, here and on our server.")
    assert [path for method, path, _ in wire.requests if method == "DELETE"] == ["/api/conversation"]
    assert "token" not in str(chat.stored()["session"].get("pcso-assistant"))
    chat.page.reload()
    expect(chat.said).to_have_count(0)


def test_delete_with_the_server_away_deletes_here_and_there_later(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    wire.down = True
    chat.button("Options").click()
    chat.root.locator("summary", has_text="Delete my chat").click()
    chat.button("Yes, delete it").click()
    expect(chat.status).to_contain_text("Our server can't be reached")
    expect(chat.said).to_have_count(0)
    wire.down = False
    chat.page.wait_for_timeout(11_000)
    assert len([path for method, path, _ in wire.requests if method == "DELETE"]) >= 2


def test_the_sites_force_is_told_unseen_and_shown(visit, wire):
    chat = visit("dorset", opened=True)
    expect(chat.root.locator(".force strong")).to_have_text("Dorset")
    answer = chat.ask("Can a PCSO detain me?")
    assert [one["message"] for one in wire.asked] == ["My force is Dorset Police", "Can a PCSO detain me?"]
    expect(chat.said).to_have_count(1)
    expect(answer).to_be_visible()
    chat.page.reload()
    expect(chat.answers).to_have_count(1)
    expect(chat.said).to_have_count(1)
    expect(chat.root.locator(".force strong")).to_have_text("Dorset")


def test_the_force_can_be_changed_without_losing_a_word(visit, wire):
    chat = visit("dorset", opened=True)
    chat.field.fill("are you recruiting?")
    chat.button("Change").click()
    expect(chat.field).to_be_focused()
    chat.page.keyboard.type("Kent")
    expect(chat.field).to_have_value("My force is Kent. are you recruiting?")
    chat.field.fill("My force is Kent")
    chat.field.press("Enter")
    expect(chat.root.locator(".force strong")).to_have_text("Kent")


def test_quick_replies_ask_what_they_say(visit, wire):
    wire.change = lambda message: message.update(buttons=[{"title": "Their powers", "payload": "What powers do PCSOs have?"}])
    chat = visit(opened=True)
    chat.ask("hello there")
    wire.change = None
    chat.log.locator(".under .choices button").click()
    expect(chat.said.last).to_have_text("What powers do PCSOs have?")
    expect(chat.answers).to_have_count(2)


def test_two_answers_of_one_turn_show_in_order(visit, wire):
    chat = visit(opened=True)

    def double(route):
        response = route.fetch()
        data = response.json()
        second = {**data["messages"][0], "id": "second", "text": "And the second answer."}
        route.fulfill(response=response, json={**data, "messages": [data["messages"][0], second]})

    chat.page.route("**/api/messages", double)
    chat.field.fill("Two questions?")
    chat.field.press("Enter")
    expect(chat.answers).to_have_count(2)
    expect(chat.answers.last).to_have_text("And the second answer.")


def test_welsh_pages_get_welsh_words(visit):
    chat = visit("welsh", opened=True)
    expect(chat.launcher).to_have_text("Holi am SCCH (PCSOs)")
    expect(chat.root.locator("#danger")).to_have_text("Mewn argyfwng ffoniwch 999 bob tro")
    assert chat.root.locator(".root").get_attribute("lang") == "cy"
    chat.log.locator(".choices button").first.click()
    expect(chat.answers).to_have_count(1)
    # The answer itself is English, and says so to a screen reader.
    assert chat.answers.first.get_attribute("lang") == "en"


def test_a_long_answer_is_scrolled_to_its_beginning(visit, wire):
    wire.change = lambda message: message.update(text="The first line.\n\n" + "More to read. " * 300 + "\n\nThe last line.")
    chat = visit(opened=True)
    answer = chat.ask("Tell me everything about PCSOs")
    chat.page.wait_for_timeout(200)
    expect(answer.locator("p").first).to_be_in_viewport()
    expect(answer.locator("p").last).not_to_be_in_viewport()


def test_the_plain_link_of_a_page_opens_the_chat_and_gets_focus_back(visit):
    chat: Chat = visit("link")
    link = chat.page.locator("#plain-link")
    expect(link).to_have_attribute("aria-expanded", "false")
    link.click()
    expect(chat.field).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(link).to_be_focused()
    chat.page.keyboard.press("Space")
    expect(chat.panel).to_be_visible()
    assert chat.page.url.endswith("/site/link")


def test_an_element_that_the_page_holds_is_used(visit):
    chat = visit("element", opened=True)
    expect(chat.root).to_have_count(1)
    expect(chat.root.locator(".force strong")).to_have_text("Kent")
