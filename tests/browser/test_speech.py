"""What a screen reader is given: roles, names, and each thing said once."""

from __future__ import annotations

from playwright.sync_api import expect

# Notes every node that joins a live region, and how loudly; as assistive technology is told.
LISTEN = """() => {
    window.heard = [];
    const root = document.querySelector('pcso-assistant').shadowRoot;
    const loudness = { log: 'polite', status: 'polite', alert: 'assertive' };
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
        const within = (node.nodeType === 1 ? node : node.parentElement);
        if (!within || within.closest('[aria-hidden=true]')) return;
        const inner = node.nodeType === 1 && node.querySelector('[role=alert]');
        const region = inner || within.closest('[aria-live], [role=log], [role=status], [role=alert]');
        if (!region) return;
        const how = region.getAttribute('aria-live') || loudness[region.getAttribute('role')];
        if (how !== 'off' && node.textContent.trim()) window.heard.push([how, node.textContent.trim()]);
    }))).observe(root, { childList: true, subtree: true });
}"""


def heard(chat, how: str | None = None) -> list[str]:
    return [text for loudness, text in chat.page.evaluate("() => window.heard") if how in (None, loudness)]


def test_the_panel_is_a_labelled_dialog_described_by_the_999_line(visit):
    chat = visit()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    chat.open()
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    expect(chat.panel).to_have_accessible_name("Ask about PCSOs")
    expect(chat.panel).to_have_accessible_description("In an emergency always call 999")
    expect(chat.panel).to_have_attribute("aria-modal", "false")
    expect(chat.field).to_have_accessible_name("Your question about PCSOs")
    assert chat.root.locator("h1").count() == 0
    expect(chat.root.get_by_role("heading", level=2)).to_have_text("Ask about PCSOs")


def test_the_log_is_there_before_the_first_message_and_each_answer_is_said_once(visit):
    chat = visit(opened=True)
    expect(chat.log).to_have_count(1)
    chat.page.evaluate(LISTEN)
    answer = chat.ask("Can a PCSO detain me?").text_content()
    chat.page.wait_for_timeout(400)
    said = heard(chat)
    assert len([text for text in said if answer[:20] in text]) == 1, said
    # Neither one's own words nor the row of buttons under the answer.
    assert not [text for text in said if text.startswith("You said") or "This helped" in text], said


def test_who_speaks_is_said_in_words(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    items = chat.log.locator("li[data-id]")
    assert items.nth(0).text_content().startswith("You said: ")
    assert items.nth(1).text_content().startswith("Assistant said: ")
    assert chat.log.locator("[tabindex]").count() == 0


def test_an_emergency_interrupts_once(visit, wire):
    chat = visit(opened=True)
    chat.page.evaluate(LISTEN)
    chat.ask("my friend has been stabbed")
    chat.page.wait_for_timeout(300)
    assert len(heard(chat, "assertive")) == 1
    assert not [text for text in heard(chat, "polite") if heard(chat, "assertive")[0][:60] in text]


def test_the_wait_is_said_once_and_the_dots_are_for_the_eye(visit, wire):
    wire.delay = 4
    chat = visit(opened=True)
    chat.page.evaluate(LISTEN)
    chat.ask("Can a PCSO detain me?")
    assert heard(chat).count("Still working on your answer…") == 1
    expect(chat.root.locator(".dots")).to_have_attribute("aria-hidden", "true")


def test_a_chat_that_is_read_back_is_not_said(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Close").click()
    chat.page.reload()
    chat.page.evaluate(LISTEN)
    chat.open()
    expect(chat.answers).to_have_count(1)
    assert not [text for text in heard(chat) if "detain" in text]


def test_every_control_is_called_what_it_shows(visit):
    """For people who use a computer by voice: they say what they see (WCAG 2.5.3)."""
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Options").click()
    for control in chat.root.get_by_role("button").all():
        assert control.get_attribute("aria-label") is None and control.inner_text().strip()


def test_languages_are_marked(visit, wire):
    wire.change = lambda message: (message.update(text="Zadzwoń pod 999."), message["custom"].update(lang="pl"))
    chat = visit(opened=True)
    assert chat.ask("dzień dobry").get_attribute("lang") == "pl"
    assert chat.root.locator(".root").get_attribute("lang") == "en"
    assert chat.answers.first.get_attribute("dir") == "auto"


def test_two_emergency_messages_of_one_turn_interrupt_once(visit):
    chat = visit(opened=True)

    def double(route):
        response = route.fetch()
        data = response.json()
        first = {**data["messages"][0], "custom": {"topic": "emergency", "emergency": True, "sources": []}}
        route.fulfill(response=response, json={**data, "messages": [{**first, "id": "1", "text": "Call 999 now."},
                                                                    {**first, "id": "2", "text": "And this helps."}]})

    chat.page.route("**/api/messages", double)
    chat.ask("he has been stabbed")
    expect(chat.answers).to_have_count(2)
    expect(chat.alerts).to_have_count(1)
    expect(chat.alerts).to_contain_text("Call 999 now.")
