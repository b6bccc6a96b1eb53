"""The chat outlives a reload, a change of page, a second tab, and a browser that keeps nothing."""

from __future__ import annotations

from playwright.sync_api import expect

REFUSE = """for (const name of ['sessionStorage', 'localStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });"""


def test_a_reload_brings_the_chat_back(visit):
    chat = visit(opened=True)
    first, second = chat.ask("Can a PCSO detain me?").inner_text(), chat.ask("Can they search me?").inner_text()
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    expect(chat.said).to_have_text(["Can a PCSO detain me?", "Can they search me?"])
    assert [one.inner_text() for one in chat.answers.all()] == [first, second]
    # Read back, not said again.
    expect(chat.alerts).to_have_count(0)
    expect(chat.log.locator(".under details")).to_have_count(2)


def test_the_chat_goes_along_to_another_page(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.field.fill("half a quest")
    chat.page.goto(f"{wire.here}/site/next")
    expect(chat.said).to_have_count(1)
    expect(chat.field).to_have_value("half a quest")
    token = {one.get("conversation") for one in wire.asked}
    chat.ask("Can they search me?")
    assert len({one.get("conversation") for one in wire.asked} - token) == 1


def test_a_closed_panel_stays_closed_on_the_next_page(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.button("Close").click()
    asked = len(wire.requests)
    chat.page.goto(f"{wire.here}/site/next")
    expect(chat.launcher).to_be_visible()
    expect(chat.panel).to_be_hidden()
    chat.page.wait_for_timeout(300)
    assert len(wire.requests) == asked, "a closed chat asks nothing of the server"
    chat.open()
    expect(chat.answers).to_have_count(1)


def test_only_a_key_is_kept_and_no_cookie(visit):
    chat = visit(opened=True)
    answer = chat.ask("Can a PCSO detain me?").inner_text()
    stored = chat.stored()
    assert stored["cookie"] == "" and stored["local"] == {}
    assert "detain" not in str(stored) and answer[:20] not in str(stored)
    assert "detain" not in chat.page.url and "detain" not in chat.page.title()


def test_a_new_tab_starts_empty_unless_the_chat_is_kept_on_the_device(visit, new_context):
    context = new_context()
    first = visit(opened=True, context=context)
    first.ask("Can a PCSO detain me?")
    expect(visit(opened=True, context=context).said).to_have_count(0)
    first.button("Options").click()
    first.root.get_by_label("Keep this chat on this device").check()
    second = visit(opened=True, context=context)
    expect(second.said).to_have_text(["Can a PCSO detain me?"])
    first.root.get_by_label("Keep this chat on this device").uncheck()
    assert first.stored()["local"] == {}


def test_two_tabs_of_one_chat_show_the_same(visit, new_context):
    context = new_context()
    first = visit(opened=True, context=context)
    first.ask("Can a PCSO detain me?")
    first.button("Options").click()
    first.root.get_by_label("Keep this chat on this device").check()
    second = visit(opened=True, context=context)
    expect(second.answers).to_have_count(1)
    second.ask("My force is Kent")
    expect(second.root.locator(".force strong")).to_have_text("Kent")
    second.ask("Can they search me?")
    expect(first.said).to_have_text(["Can a PCSO detain me?", "My force is Kent", "Can they search me?"])
    first.ask("Can they fine me?")
    expect(second.answers).to_have_count(4)
    expect(second.said).to_have_count(4)
    # Deleted in one, gone in the other.
    first.root.locator("summary", has_text="Delete my chat").click()
    first.button("Yes, delete it").click()
    expect(second.said).to_have_count(0)
    expect(second.root.locator(".force strong")).to_have_text("England and Wales")
    expect(second.log).not_to_contain_text("no longer kept")
    second.ask("Can they fine me?")
    expect(second.said).to_have_count(1)


def test_storage_refused_still_works(visit, new_context):
    context = new_context()
    context.add_init_script(REFUSE)
    chat = visit(opened=True, context=context)
    chat.ask("Can a PCSO detain me?")
    chat.ask("Can they search me?")
    expect(chat.answers).to_have_count(2)
    chat.button("Options").click()
    expect(chat.root.get_by_label("Keep this chat on this device")).to_have_count(0)
    assert chat.errors == []


def test_full_storage_still_works(visit, new_context):
    context = new_context()
    context.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    chat = visit(opened=True, context=context)
    chat.ask("Can a PCSO detain me?")
    expect(chat.answers).to_have_count(1)
    assert chat.errors == []


def test_rubbish_in_storage_is_no_harm(visit, new_context):
    context = new_context()
    context.add_init_script("sessionStorage['pcso-assistant'] = '{'; sessionStorage['pcso-assistant-tab'] = '[1,null]'; "
                            "localStorage['pcso-assistant'] = '7'")
    chat = visit(opened=True, context=context)
    chat.ask("Can a PCSO detain me?")
    expect(chat.answers).to_have_count(1)
    assert chat.errors == []


def test_a_chat_that_has_ended_begins_anew_and_says_so(visit, wire):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.page.evaluate("() => { sessionStorage['pcso-assistant'] = JSON.stringify({ token: 'forged' }); }")
    chat.page.reload()
    expect(chat.log).to_contain_text("Your earlier chat is no longer kept")
    chat.ask("Can they search me?")
    expect(chat.said).to_have_text(["Can they search me?"])
    assert "conversation" not in wire.asked[-1]


def test_a_chat_that_ends_while_it_is_open_goes_on_in_a_new_one(visit):
    chat = visit(opened=True)
    chat.ask("Can a PCSO detain me?")
    chat.page.evaluate("""async () => {
        const { token } = JSON.parse(sessionStorage['pcso-assistant']);
        await fetch('/api/conversation', { method: 'DELETE', headers: { Authorization: 'Bearer ' + token } });
    }""")
    chat.field.fill("Can they search me?")
    chat.field.press("Enter")
    expect(chat.log).to_contain_text("Your earlier chat is no longer kept")
    expect(chat.said).to_have_text(["Can they search me?"])
    expect(chat.answers).to_have_count(1)
