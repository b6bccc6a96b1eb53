"""Telegram refusing, failing, slow, repeating itself and talking rubbish."""

import time

import pytest
from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_process import ChannelProcess


@pytest.mark.parametrize("how", [
    {"status": 429, "parameters": {"retry_after": 1}}, {"status": 502, "body": b"<html>Bad Gateway</html>"},
    {"status": 500}, {"body": b"{\"ok\": tru"}], ids=["429", "502", "500", "malformed"])
def test_a_failed_letter_is_sent_again_in_order_and_once(person: Person, api: BotApi, how: dict) -> None:
    fault = api.fault("sendMessage", chat=person.chat, **how)
    begun = time.monotonic()
    person.says("first of two")
    person.says("second of two")
    texts = [message["text"].split("\n")[0] for message in person.hears(2)]
    assert texts == ["Answer to: first of two", "Answer to: second of two"]
    assert fault.times == 0 and time.monotonic() - begun >= how.get("parameters", {}).get("retry_after", 0)
    person.hears_nothing(0.2)


def test_a_slow_telegram_gets_each_letter_once(person: Person, api: BotApi) -> None:
    api.fault("sendMessage", chat=person.chat, delay=1.2)
    person.says("slowly")
    person.hears()
    person.hears_nothing()


def test_markup_that_telegram_refuses_is_sent_as_plain_text(person: Person, api: BotApi) -> None:
    api.fault("sendMessage", chat=person.chat, status=400)
    person.says("plainly")
    [answer] = person.hears()
    assert "parse_mode" not in answer["given"] and answer["text"].startswith("Answer to: plainly")


def test_who_has_blocked_the_bot_is_dropped_quietly(person: Person, api: BotApi, channel: ChannelProcess) -> None:
    api.blocked.add(person.chat)
    before = channel.metric('pcso_telegram_messages_total{outcome="left"}')
    errors = channel.text().count('"error"')
    person.says("hello?")
    api.wait_for(lambda: channel.metric('pcso_telegram_messages_total{outcome="left"}') == before + 1)
    assert len(api.called("sendMessage", chat_id=person.chat)) == 1
    assert channel.text().count('"error"') == errors
    api.blocked.discard(person.chat)


def test_a_group_that_becomes_a_supergroup_is_answered_there(api: BotApi, channel: ChannelProcess) -> None:
    person = Person(api, channel.token, -4242)
    api.fault("sendMessage", chat=-4242, status=400, parameters={"migrate_to_chat_id": -1004242})
    person.says("/help")
    assert api.wait_sent(-1004242)


def test_an_update_that_comes_twice_is_answered_once(person: Person, api: BotApi) -> None:
    message = person.message("once only")
    number = api.bring(person.token, "message", message)
    person.hears()
    api.repeat(person.token, number, "message", message)
    person.says("and after it?")
    assert [answer["text"].split("\n")[0] for answer in person.hears(2)] == ["Answer to: once only", "Answer to: and after it?"]
    person.hears_nothing()


def test_updates_that_are_rubbish_do_not_stop_the_others(person: Person, api: BotApi) -> None:
    api.bring(person.token, "message", {"no": "message"})
    api.bring(person.token, "message", "text")
    api.bring(person.token, "callback_query", {"id": "1", "from": person.user, "chat_instance": "1"})
    api.bring(person.token, "kind_of_next_year", {"a": [1]})
    person.says("still there?")
    person.hears()


@pytest.mark.parametrize("how", [{"body": b"not json"}, {"body": b"{\"ok\": true, \"result\": {}}"}, {"status": 502},
                                 {"status": 429, "parameters": {"retry_after": 1}}, {"status": 404}],
                         ids=["no JSON", "no list", "502", "429", "404 of a proxy"])
def test_polling_goes_on_after(person: Person, api: BotApi, how: dict) -> None:
    api.fault("getUpdates", **how)
    person.says("wake up")  # ends the poll in progress; the next one fails
    person.hears()
    person.says("and after?")
    person.hears(2)


def test_nothing_is_sent_faster_than_telegram_allows(new_channel, api: BotApi) -> None:
    channel = new_channel().start()
    people = [Person(api, channel.token) for _ in range(90)]
    for each in people:
        each.says("/privacy")
    for each in people:
        each.hears()
    times = sorted(message["at"] for each in people for message in api.to(each.chat))
    # The limiter lets 30 go at once, then one every 33 ms: two seconds, less what the first was late on a busy machine.
    assert times[-1] - times[0] >= 1.5
