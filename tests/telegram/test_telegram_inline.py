"""Inline mode."""

from typing import Any

import pytest
from tools.fake_telegram.server import BotApi, read_html
from tools.fake_telegram.people import Person
from telegram_rasa import Line, StandIn, plain

from door.telegram import words


def results(api: BotApi, query: str) -> list[dict[str, Any]]:
    return api.wait_for(lambda: api.called("answerInlineQuery", inline_query_id=query))[0]["results"]


def test_a_question_offers_its_answer_and_leaves_no_conversation(person: Person, api: BotApi, rasa: StandIn) -> None:
    [result] = results(api, person.asks_inline("can a pcso search me"))
    text, links = read_html(result["input_message_content"]["message_text"])
    assert "Answer to: can a pcso search me" in text and links
    assert "search" in result["title"] and result["input_message_content"]["link_preview_options"]["is_disabled"]
    assert api.called("answerInlineQuery")[-1]["is_personal"], "what danger or a limit makes of it is not for others"
    [sender] = rasa.senders("can a pcso search me")
    assert sender.startswith("tg-inline-") and sender in rasa.forgotten


def test_nothing_typed_offers_examples_without_rasa(person: Person, api: BotApi) -> None:
    examples = results(api, person.asks_inline(""))
    assert len(examples) == 5 and all(example["description"] for example in examples)


def test_danger_offers_999_first(person: Person, api: BotApi, rasa: StandIn) -> None:
    rasa.prepare("help he has a knife", {"text": "PCSOs are …", "custom": {
        "topic": "role_definition", "force": None, "scope": "national", "emergency": False, "checked": None, "sources": []}})
    first = results(api, person.asks_inline("help he has a knife"))[0]
    assert first["title"] == words.INLINE_999 and "999" in first["input_message_content"]["message_text"]


def test_with_rasa_dead_it_says_so_and_names_999_and_101(new_channel, line: Line, api: BotApi) -> None:
    person = Person(api, new_channel().start().token)
    line.cut()
    [result] = results(api, person.asks_inline("what is a pcso"))
    assert result["title"] == words.INLINE_BROKEN
    assert "999" in result["input_message_content"]["message_text"] and "101" in result["input_message_content"]["message_text"]


@pytest.mark.parametrize("trouble", ["slow", "rubbish"])
def test_a_question_that_rasa_could_not_answer_in_time_is_forgotten_too(new_channel, api: BotApi, rasa: StandIn, trouble: str) -> None:
    patches = {"assistant.GLANCE_SECONDS": 0.2, "housekeeping.LOOK_SECONDS": 0.3}
    person = Person(api, new_channel(patches=patches).start().token)
    text = f"inline and {trouble}"
    rasa.delays[text] = 1.0 if trouble == "slow" else 0
    rasa.prepare(text, {"custom": None} if trouble == "rubbish" else {"text": "Too late.", "custom": plain("powers_search")})
    [result] = results(api, person.asks_inline(text))
    assert result["title"] == words.INLINE_BROKEN
    api.wait_for(lambda: rasa.senders(text)[0] in rasa.forgotten)


def test_only_the_latest_words_are_answered(person: Person, api: BotApi, rasa: StandIn) -> None:
    rasa.delays["slow inline"] = 0.5
    old, new = person.asks_inline("slow inline"), person.asks_inline("slow inline question")
    results(api, new)
    person.hears_nothing()
    assert not api.called("answerInlineQuery", inline_query_id=old)


def test_who_types_on_and_on_gets_examples_without_rasa(new_channel, api: BotApi, rasa: StandIn, early_in_the_minute) -> None:
    person = Person(api, new_channel(patches={"inline.QUERIES_A_MINUTE": 2}).start().token)
    counts = [len(results(api, person.asks_inline(f"inline question {number}"))) for number in range(3)]
    assert counts == [1, 1, 5] and not rasa.senders("inline question 2")
