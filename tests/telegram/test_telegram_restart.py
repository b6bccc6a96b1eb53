"""Stopping, killing, starting again, and starting twice: nothing lost, nothing answered twice."""

import sqlite3
import time

from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_process import ChannelProcess
from telegram_rasa import StandIn, plain


def test_a_clean_stop_finishes_what_it_began(new_channel, api: BotApi, rasa: StandIn) -> None:
    channel: ChannelProcess = new_channel().start()
    person = Person(api, channel.token)
    rasa.delays["slow before stop"] = 0.8
    person.says("slow before stop")
    api.wait_for(lambda: rasa.senders("slow before stop"))
    assert channel.stop() == 0
    assert len(api.to(person.chat)) == 1
    channel.start()
    person.says("after")
    assert [message["text"].split("\n")[0] for message in person.hears(2)] == ["Answer to: slow before stop", "Answer to: after"]


def test_a_stop_waits_for_the_letter_on_the_wire_and_leaves_the_rest_for_the_next_start(
        new_channel, api: BotApi, rasa: StandIn) -> None:
    rasa.prepare("two parts", *({"text": f"Part {number}", "custom": plain("thanks")} for number in (1, 2)))
    channel: ChannelProcess = new_channel(patches={"running.STOP_SECONDS": 0.3}).start()
    person = Person(api, channel.token)
    api.fault("sendMessage", chat=person.chat, delay=1.5)  # longer than a stop waits for everything to be sent
    person.says("two parts")
    api.wait_for(lambda: api.called("sendMessage", chat_id=person.chat))
    assert channel.stop() == 0
    assert [message["text"] for message in api.to(person.chat)] == ["Part 1"]
    channel.start()
    assert [message["text"] for message in person.hears(2)] == ["Part 1", "Part 2"]
    person.hears_nothing()


def test_questions_that_wait_for_a_stuck_rasa_at_a_stop_are_answered_after_the_next_start(
        new_channel, api: BotApi, rasa: StandIn) -> None:
    channel: ChannelProcess = new_channel(patches={
        "running.STOP_SECONDS": 0.3, "running.HOLD_SECONDS": 0.3, "assistant.RETRY_SECONDS": 0.0}).start()
    people = [Person(api, channel.token) for _ in range(12)]
    rasa.delays["stuck at the stop"] = 60
    for person in people:
        person.says("stuck at the stop")
    channel.wait_metric("pcso_telegram_updates_in_progress", len(people))
    assert channel.stop() == 0
    del rasa.delays["stuck at the stop"]
    channel.start()
    for person in people:
        assert person.hears()[0]["text"].startswith("Answer to: stuck at the stop")
    assert not channel.logged("telegram.handler_failed")


def test_a_killed_process_answers_after_its_restart_what_it_had_taken_and_nothing_twice(
        new_channel, api: BotApi, rasa: StandIn) -> None:
    channel: ChannelProcess = new_channel().start()
    person, other = Person(api, channel.token), Person(api, channel.token)
    message = other.message("answered before the kill")
    number = api.bring(channel.token, "message", message)
    other.hears()
    channel.idle()
    rasa.delays["slow before kill"] = 30
    person.says("slow before kill")
    api.wait_for(lambda: rasa.senders("slow before kill"))
    # Telegram has been told 'received' by the next call; only the database knows of it now.
    api.wait_for(lambda: not api.updates[channel.token])
    channel.kill()
    del rasa.delays["slow before kill"]
    api.repeat(channel.token, number, "message", message)
    channel.start()
    assert person.hears()[0]["text"].startswith("Answer to: slow before kill")
    other.hears_nothing()


def test_an_answer_of_several_parts_goes_on_where_it_was_killed(new_channel, api: BotApi, rasa: StandIn) -> None:
    rasa.prepare("three parts", *({"text": f"Part {number}", "custom": plain("thanks")} for number in (1, 2, 3)))
    channel: ChannelProcess = new_channel().start()
    person = Person(api, channel.token)
    third = api.fault("sendMessage", chat=person.chat, skip=2, times=1000, status=502)
    person.says("three parts")
    api.wait_for(lambda: third.times < 1000)
    channel.kill()
    third.times = 0
    channel.start()
    assert [message["text"] for message in person.hears(3)] == ["Part 1", "Part 2", "Part 3"]
    person.hears_nothing(0.3)
    assert len(rasa.senders("three parts")) == 1


def test_what_people_wrote_is_wiped_once_it_is_answered(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel().start()
    person = Person(api, channel.token, name="Zebedee")
    person.says("My secret is xylophone")
    person.hears()
    channel.idle().stop()
    held = channel.database.read_bytes()
    wal = channel.database.with_name("telegram.db-wal")
    held += wal.read_bytes() if wal.exists() else b""
    assert b"xylophone" not in held and b"Zebedee" not in held and str(person.id).encode() not in held
    with sqlite3.connect(channel.database) as connection:
        assert connection.execute("SELECT done, raw, letters FROM telegram_updates").fetchall() == [(1, None, None)]


def test_a_second_process_of_the_same_bot_says_so_and_ends(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel().start()
    second: ChannelProcess = new_channel(token=channel.token)
    second.start(wait=False)
    assert second.finished() == 1
    assert second.text().count(f"running already (process {channel.process.pid})") == second.text().count("running already") == 1
    channel.stop()
    assert second.start().stop() == 0


def test_another_poller_elsewhere_is_named_and_waited_out(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel().start()
    fault = api.fault("getUpdates", status=409)
    person = Person(api, channel.token)
    person.says("wake up")
    person.hears()
    person.says("after the conflict")
    person.hears(2)
    assert fault.times == 0 and "Another program is fetching this bot's messages" in channel.text()


def test_it_waits_for_a_telegram_that_is_away_at_the_start(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel()
    for method in ("getMe", "deleteWebhook"):
        api.fault(method, status=502)
    channel.start()
    person = Person(api, channel.token)
    person.says("there?")
    person.hears()
    assert channel.logged("telegram.away") == 2


def test_a_stop_while_telegram_is_away_is_quick(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(TELEGRAM_API_URL="http://127.0.0.1:9")
    channel.start(wait=False)
    end = time.monotonic() + 60
    while not channel.logged("telegram.away") and time.monotonic() < end:
        time.sleep(0.05)
    begun = time.monotonic()
    assert channel.stop() == 0 and time.monotonic() - begun < 5


def test_a_wrong_token_ends_it_with_what_to_do(new_channel) -> None:
    channel: ChannelProcess = new_channel(token="123:wrong")
    channel.start(wait=False)
    assert channel.finished(60) == 1
    assert "Copy it again from BotFather" in channel.text() and "123:wrong" not in channel.text()
