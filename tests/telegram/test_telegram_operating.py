"""What operators see: settings, logs, metrics, docs."""

import sqlite3
from pathlib import Path

import pytest
from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_process import ChannelProcess

from door.settings import SettingsError
from door.telegram import words
from door.telegram.__main__ import main
from door.telegram.settings import from_environment, table

DOCS = Path(__file__).resolve().parents[2] / "docs" / "telegram.md"


def test_without_a_token_it_is_off_and_says_so_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert main([]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_wrong_settings_are_all_named_and_the_token_is_not_shown() -> None:
    with pytest.raises(SettingsError) as error:
        from_environment({"TELEGRAM_BOT_TOKEN": "my secret", "TELEGRAM_METRICS_PORT": "0", "RASA_URL": "rasa",
                          "TELEGRAM_API_URL": "ftp://x"})
    for variable in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_METRICS_PORT", "RASA_URL", "TELEGRAM_API_URL"):
        assert variable in str(error.value)
    assert "my secret" not in str(error.value)


def test_logs_hold_no_words_no_names_no_numbers_and_no_token(person: Person, api: BotApi, channel: ChannelProcess) -> None:
    person.says("xylophone question")
    person.hears()
    api.fault("sendMessage", chat=person.chat, status=502, body=b"xylophone body")
    api.bring(person.token, "message", {"xylophone": True})
    person.says("another xylophone")
    person.hears(2)
    log = channel.text()
    assert "telegram.send_failed" in log and "telegram.update_not_understood" in log
    for private in ("xylophone", "Alexandra", "Surname", str(person.id), channel.token, channel.token.split(":")[1]):
        assert private not in log


def test_metrics_count_updates_answers_errors_and_time(person: Person, channel: ChannelProcess) -> None:
    names = ['pcso_telegram_updates_total{kind="message"}', 'pcso_telegram_answers_total{by="rasa"}',
             'pcso_telegram_messages_total{outcome="sent"}', 'pcso_telegram_seconds_count{stage="rasa"}',
             'pcso_telegram_seconds_count{stage="send"}']
    before = [channel.metric(name) for name in names]
    person.says("count me")
    person.hears()
    person.api.wait_for(lambda: [channel.metric(name) for name in names] == [value + 1 for value in before])


def test_what_is_past_its_days_goes_by_itself(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(RETENTION_DAYS="30").start()
    person = Person(api, channel.token)
    person.says("An answer of long ago")
    person.hears()
    channel.idle().stop()
    with sqlite3.connect(channel.database) as connection:
        assert connection.execute("UPDATE telegram_answers SET at = '2020-01-01T00:00:00.000000Z'").rowcount == 1
    channel.start()

    def left() -> int:
        with sqlite3.connect(channel.database) as connection:
            return connection.execute("SELECT count(*) FROM telegram_answers").fetchone()[0]

    api.wait_for(lambda: left() == 0)


def test_a_taken_port_for_figures_costs_nobody_an_answer(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(TELEGRAM_METRICS_PORT=str(api.served.port)).start()
    person = Person(api, channel.token)
    person.says("Answered all the same?")
    assert person.hears()
    assert channel.logged("telegram.no_metrics") == 1


def test_a_fault_of_our_own_is_logged_without_words_and_nobody_is_left_in_silence(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(patches={"questions.is_own_answer": None}).start()
    person = Person(api, channel.token)
    person.says("xylophone question")
    broken = person.hears()[0]["text"]
    assert "999" in broken and "101" in broken
    assert channel.logged("telegram.handler_failed") == 1 and "xylophone" not in channel.text()


def test_rasa_is_given_hashes_instead_of_telegrams_numbers(person: Person, rasa) -> None:
    person.says("who am I to Rasa?")
    person.hears()
    [sender] = rasa.senders("who am I to Rasa?")
    assert sender.startswith("tg-") and len(sender) == 35 and str(person.id) not in sender


def test_the_page_for_operators_names_every_setting_and_command() -> None:
    docs = DOCS.read_text(encoding="utf-8")
    assert table() in docs
    assert all(f"/{command}" in docs for command, _ in words.COMMANDS)
