"""Try it: live and draft side by side, and why each answers as it does."""

from __future__ import annotations

from typing import Any

from door.staff.talks import LONGEST_TALK, MOST_TALKS, Exchange, Side, Talks
from tests.door.rasa_on_the_wire import RasaOnTheWire, reply
from tests.staff.harness import problems


async def test_trying_it_shows_both_sides_and_why(staff: Any, rasa: Any) -> None:
    ada = await staff("editor")
    page = await ada.submit("/staff/try/ask", message="can they search me <b>")
    assert "can they search me &lt;b&gt;" in page.text and "It isn’t running." in page.text and "Start the draft" in page.text
    assert [message for _, message in rasa.asked] == ["can they search me <b>"] and "You said: can they search me" in page.text
    ben = await staff("editor", "ben")
    assert "can they search me" not in (await ben.get("/staff/try")).text
    await ada.post("/staff/try/again")
    assert "can they search me" not in (await ada.get("/staff/try")).text
    assert problems(await ada.post("/staff/try/ask", 422, message=""))["message"]


async def test_what_both_say_is_shown_once_and_what_differs_is_marked(staff: Any, rasa: Any) -> None:
    ada, draft = await staff("editor"), RasaOnTheWire()
    await draft.start()
    ada.parts.trial.url = draft.url
    try:
        page = (await ada.submit("/staff/try/ask", message="can they search me")).text
        assert "Live and draft say the same" in page and page.count("You said: can they search me") == 1
        draft.replies = [reply("You said: nothing at all")]
        page = (await ada.submit("/staff/try/ask", message="and fine me")).text
        assert "You said: <del>and fine me</del>" in page and "You said: <ins>nothing at all</ins>" in page
    finally:
        await draft.stop()


def test_chats_are_each_doors_own_and_neither_many_nor_long() -> None:
    talks, other = Talks(), Talks()
    first = talks.begun("ada")
    for _ in range(LONGEST_TALK + 1):
        first.add(Exchange("hello", Side([], None, {}), Side([], None, {}), []))
    assert talks.begun("ada") is first and len(first.exchanges) == LONGEST_TALK and other.find("ada") is None
    for number in range(MOST_TALKS):
        talks.begun(f"colleague {number}")
    assert talks.find("ada") is None and talks.find("colleague 0")


async def test_why_is_told_of_the_very_turn_that_was_answered(staff: Any, rasa: Any) -> None:
    ada = await staff("editor")
    rasa.understood = {"topic": "powers_fines", "confidence": 0.8, "ranking": [["powers_fines", 0.8], ["role_pay", 0.15]],
                       "danger": "perhaps", "language": "cy", "why": ["behind the question before it 0.42"]}
    page = (await ada.submit("/staff/try/ask", message="how much")).text
    assert "powers fines 80%, role pay 15%" in page and "perhaps: behind the question before it 0.42" in page and "<dd>cy</dd>" in page
    assert [message for _, message in rasa.asked] == ["how much"], "not asked once more, without its conversation"
    rasa.understood = {"topic": "powers_fines", "confidence": 0.8, "ranking": [["powers_fines", 0.8]], "danger": "none"}
    await ada.submit("/staff/try/again")
    page = (await ada.submit("/staff/try/ask", message="how much")).text
    assert "powers fines 80%" in page and "Language" not in page


async def test_a_new_conversation_has_live_and_draft_forget_the_old_one(staff: Any, rasa: Any) -> None:
    ada, draft = await staff("editor"), RasaOnTheWire()
    await draft.start()
    ada.parts.trial.url = draft.url
    try:
        await ada.submit("/staff/try/ask", message="can they search me")
        [(sender, _)] = rasa.asked
        assert [asked for asked, _ in draft.asked] == [sender]
        await ada.post("/staff/try/again")
        assert rasa.forgotten == draft.forgotten == [sender]
        await ada.submit("/staff/try/ask", message="and fine me")
    finally:
        await draft.stop()
    await rasa.stop()
    await ada.post("/staff/try/again")
    assert ada.parts.service.store.to_forget() == [rasa.asked[1][0]] != [sender], "told again when it is back"
