"""A slow line, none, a server that is gone or says 'too many': nothing is lost, nothing is doubled, 999 is said."""

from __future__ import annotations

import json
import random
import re

import pytest
from playwright.sync_api import expect

UNAVAILABLE = (503, {"Content-Type": "application/problem+json", "Retry-After": "10"},
               json.dumps({"status": 503, "detail": "Call 999 in an emergency, 101 otherwise."}).encode())


def test_a_message_shows_at_once_as_sending(visit, wire):
    wire.delay = 1.0
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.log.locator(".state")).to_have_text("Sending…")
    expect(chat.root.locator(".dots")).to_be_visible()
    expect(chat.send).to_have_attribute("aria-disabled", "true")
    expect(chat.field).to_be_focused()
    expect(chat.answers).to_have_count(1)
    expect(chat.log.locator(".state").first).to_have_text("")
    expect(chat.root.locator(".dots")).to_be_hidden()
    expect(chat.send).to_have_attribute("aria-disabled", "false")


def test_sending_again_while_waiting_keeps_the_words_and_says_why(visit, wire):
    wire.delay = 2.0
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    chat.ask("Can they search me?", wait=False)
    expect(chat.root.locator("#error")).to_contain_text("Please wait")
    expect(chat.field).to_have_value("Can they search me?")
    assert "error" in chat.field.get_attribute("aria-describedby")
    expect(chat.answers).to_have_count(1)
    expect(chat.root.locator("#error")).to_be_empty()
    assert len(wire.asked) == 1


def test_a_slow_answer_is_said_after_3_seconds_and_can_be_retried_after_8(visit, wire):
    wire.delay = 9.5
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.status).to_have_text("Still working on your answer…")
    expect(chat.banner).to_be_empty()
    expect(chat.banner).to_contain_text("longer than usual")
    for number in ("999", "101", "18000"):
        expect(chat.banner.get_by_role("link", name=number, exact=True)).to_be_visible()
    wire.delay = 0
    chat.button("Try again").click()
    expect(chat.answers).to_have_count(1)
    expect(chat.banner).to_be_empty()
    chat.page.wait_for_timeout(2500)
    expect(chat.answers).to_have_count(1)
    assert len({one["id"] for one in wire.asked}) == 1


def test_offline_keeps_the_words_and_sends_them_when_back(visit):
    chat = visit(opened=True)
    chat.page.context.set_offline(True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.banner).to_contain_text("You are offline")
    expect(chat.banner).to_contain_text("999")
    expect(chat.log.locator(".state")).to_have_text("Not sent yet.")
    expect(chat.launcher).to_be_visible()
    chat.page.context.set_offline(False)
    expect(chat.answers).to_have_count(1)
    expect(chat.banner).to_be_empty()
    expect(chat.said).to_have_count(1)


def test_the_server_is_killed_and_comes_back(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    wire.down = True
    chat.ask("Can they search me?", wait=False)
    expect(chat.banner).to_contain_text("can't be reached")
    chat.ask("And fine me?", wait=False)
    expect(chat.log.locator(".state", has_text="Not sent yet.")).to_have_count(2)
    wire.down = False
    chat.button("Try again").click()
    expect(chat.answers).to_have_count(3)
    expect(chat.said).to_have_text(["Can a PCSO detain me?", "Can they search me?", "And fine me?"])
    # Each answer stands under its question.
    order = chat.log.locator("li[data-id]").evaluate_all("(all) => all.map((one) => one.className)")
    assert order == ["you", "bot"] * 3


def test_what_could_not_be_sent_is_sent_by_the_next_page(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    wire.down = True
    chat.ask("Can they search me?", wait=False)
    expect(chat.banner).to_contain_text("can't be reached")
    wire.down = False
    chat.page.goto(f"{wire.here}/site/next")
    expect(chat.answers).to_have_count(2)
    expect(chat.said).to_have_text(["Can a PCSO detain me?", "Can they search me?"])


def test_danger_that_could_not_be_sent_is_told_999_on_the_next_page_too(visit, wire):
    chat = visit(opened=True)
    wire.down = True
    chat.ask("he has a knife", wait=False)
    expect(chat.alerts).to_contain_text("call 999 now")
    chat.page.goto(f"{wire.here}/site/next")
    expect(chat.alerts).to_contain_text("call 999 now")


def test_a_chat_that_ends_while_its_question_waits_goes_on_in_a_new_one(visit, wire):
    chat = visit("dorset", opened=True)
    chat.ask("Can a PCSO detain me?")
    wire.answer = UNAVAILABLE
    chat.ask("Can they search me?", wait=False)
    expect(chat.banner).to_contain_text("can't be reached")
    wire.answer = (401, {"Content-Type": "application/problem+json"}, b"{}")
    expect(chat.log).to_contain_text("Your earlier chat is no longer kept")
    asked = len(wire.asked)
    wire.answer = None
    chat.button("Try again").click()
    expect(chat.answers).to_have_count(1)
    expect(chat.banner).to_be_empty()
    # The new chat hears the site's force before the question that waited.
    assert [question["message"] for question in wire.asked[asked:]][-2:] == ["My force is Dorset Police", "Can they search me?"]


def test_a_page_that_opens_while_the_server_is_away_catches_up(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    wire.answer = UNAVAILABLE
    chat.page.reload()
    expect(chat.banner).to_contain_text("can't be reached")
    expect(chat.launcher).to_be_visible()
    wire.answer = None
    chat.button("Try again").click()
    expect(chat.answers).to_have_count(1)
    expect(chat.banner).to_be_empty()


def test_503_keeps_the_words(visit, wire):
    wire.answer = UNAVAILABLE
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.banner).to_contain_text("can't be reached")
    wire.answer = None
    expect(chat.answers).to_have_count(1)


def test_429_says_when_and_waits(visit, wire):
    wire.answer = (429, {"Retry-After": "4"}, b"{}")
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.banner).to_contain_text("Too many messages")
    assert ":" in chat.banner.locator("p").first.inner_text()
    chat.button("Try again").click()
    chat.page.wait_for_timeout(1500)
    assert len(wire.asked) == 1, "not before the time the server named"
    wire.answer = None
    expect(chat.answers).to_have_count(1)


@pytest.mark.parametrize("answer", [
    (200, {}, b"<html>login page"), (200, {}, b'{"messages": []}'), (200, {}, b'{"conversation": 7, "messages": [null, 3, {"text": 4}]}'),
    (502, {"Content-Type": "text/html"}, b"<h1>Bad gateway"), (500, {}, b""), (404, {}, b"nothing")])
def test_nonsense_from_the_server_is_trouble_not_an_answer(visit, wire, answer):
    wire.answer = answer
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    expect(chat.banner).to_contain_text("can't be reached")
    wire.answer = None
    expect(chat.answers).to_have_count(1)
    assert chat.errors == []


def test_the_limit_is_said_before_sending_and_nothing_is_cut(visit, wire):
    chat = visit(opened=True)
    chat.field.fill("a" * 1900)
    expect(chat.root.locator("#count")).to_have_text("You have 100 characters left.")
    book = "word " * 20_000
    chat.field.fill(book)
    expect(chat.root.locator("#count")).to_contain_text("too long")
    chat.field.press("Enter")
    expect(chat.root.locator("#error")).to_have_text("Your message is 97,999 characters too long. The limit is 2,000.")
    chat.page.wait_for_timeout(700)
    expect(chat.root.locator("#count")).to_be_empty()
    expect(chat.field).to_have_value(book)
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    assert wire.asked == []
    # Characters as people count them: 2,000 faces are not 4,000.
    chat.field.fill("😀" * 2000)
    expect(chat.root.locator("#count")).to_have_text("You have 0 characters left.")
    chat.field.fill("")
    chat.field.press("Enter")
    expect(chat.root.locator("#error")).to_have_text("Type a question first.")


def test_what_the_server_refuses_comes_back_to_the_field(visit, wire):
    wire.answer = (400, {"Content-Type": "application/problem+json"}, b'{"detail": "I can only read plain words."}')
    chat = visit(opened=True)
    chat.ask("/restart", wait=False)
    expect(chat.root.locator("#error")).to_have_text("I can only read plain words.")
    expect(chat.field).to_have_value("/restart")
    expect(chat.said).to_have_count(0)
    wire.answer = None
    chat.ask("Can a PCSO detain me?")


@pytest.mark.parametrize("trouble", ["down", "offline", "slow", "behind"])
def test_an_emergency_without_the_server_is_told_999(visit, wire, trouble):
    chat = visit(opened=True)
    if trouble == "slow":
        wire.delay = 20
    if trouble in ("down", "behind"):
        wire.down = True
    if trouble == "offline":
        chat.page.context.set_offline(True)
    if trouble == "behind":
        chat.ask("Can a PCSO detain me?", wait=False)
        expect(chat.banner).to_contain_text("can't be reached")
    chat.ask("theres a man with a knife outside my house", wait=False)
    expect(chat.alerts).to_have_count(1)
    expect(chat.alerts).to_contain_text("call 999 now")
    assert chat.alerts.locator("a.call").get_attribute("href") == "tel:999"
    expect(chat.alerts.locator("p").first).to_be_in_viewport()
    # Once is enough, however often it is tried.
    chat.page.wait_for_timeout(3500)
    expect(chat.alerts).to_have_count(1)


def test_our_own_999_stands_between_its_question_and_the_answer(visit):
    chat = visit(opened=True)
    chat.page.context.set_offline(True)
    chat.ask("theres a man with a knife outside my house", wait=False)
    expect(chat.alerts).to_have_count(1)
    chat.ask("Can a PCSO detain me?", wait=False)
    chat.page.context.set_offline(False)
    expect(chat.log.locator("ol > li").last).to_have_class("bot")
    order = chat.log.locator("ol > li").evaluate_all("(all) => all.map((one) => one.className + (one.dataset.id ? '' : ' own')).join()")
    assert re.fullmatch("bot own,you,bot own(,bot)+,you,bot", order), "the greeting; question, 999, answers; question, answer"


def test_an_emergency_never_waits_for_an_earlier_answer(visit, wire):
    wire.delay = 2.5
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?", wait=False)
    chat.ask("he has been stabbed", wait=False)
    expect(chat.alerts.first).to_contain_text("999")
    expect(chat.said).to_have_count(2)
    expect(chat.answers.nth(1)).to_be_visible()


def test_an_emergency_that_the_server_answers_interrupts_once(visit):
    chat = visit(opened=True)
    chat.ask("my friend has been stabbed")
    expect(chat.alerts).to_have_count(1)
    expect(chat.alerts).to_contain_text("999")
    chat.page.reload()
    expect(chat.answers.first).to_be_visible()
    expect(chat.alerts).to_have_count(0)


@pytest.mark.slow
def test_200_messages_with_the_network_cut_at_random_lose_and_double_nothing(visit, wire, new_context):
    # A minute's patience between tries would make this an hour: time runs thirty times as fast in the page.
    context = new_context()
    context.add_init_script("const real = setTimeout; window.setTimeout = (work, ms, ...rest) => real(work, (ms || 0) / 30, ...rest);")
    chat = visit(opened=True, context=context)
    wire.cuts, wire.cut_share = random.Random(2026), 0.4
    questions = [f"Question {number}: can a PCSO detain me?" for number in range(200)]
    for number, question in enumerate(questions):
        chat.field.fill(question)
        while chat.field.input_value():
            chat.field.press("Enter")
            chat.page.wait_for_timeout(5)
        if number % 40 == 39:
            expect(chat.answers).to_have_count(number + 1, timeout=60_000)
            chat.page.reload()
            expect(chat.answers).to_have_count(number + 1, timeout=60_000)
    expect(chat.said).to_have_text(questions)
    order = chat.log.locator("li[data-id]").evaluate_all("(all) => all.map((one) => one.className)")
    assert order == ["you", "bot"] * 200
    wire.cuts = None
    token = json.loads(chat.stored()["session"]["pcso-assistant"])["token"]
    kept = chat.page.evaluate("""async (token) => (await (await fetch('/api/conversation',
        { headers: { Authorization: 'Bearer ' + token } })).json()).messages.map((one) => [one.from, one.text])""", token)
    assert [text for who, text in kept if who == "person"] == questions, "the server was asked each once, in order"
    assert len(wire.asked) > 230, "the line was really cut"
