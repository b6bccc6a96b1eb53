"""`python -m door.telegram check`: each thing that can stand in the way is named, with what to do."""

from pathlib import Path

import pytest
from telegram_process import ChannelProcess
from telegram_rasa import StandIn, plain

from door.telegram import __main__ as command
from door.telegram import check
from door.telegram.__main__ import main
from door.telegram.check import Check
from door.telegram.polling import lock
from door.telegram.settings import from_environment
from processes.ports import free_port
from tools.fake_telegram.people import Person
from tools.fake_telegram.server import BOT_NAME, BotApi

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def short_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "LISTEN_SECONDS", 1)


@pytest.fixture
def environment(api: BotApi, rasa: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(command, "STATE", tmp_path)
    return {"TELEGRAM_BOT_TOKEN": api.new_token(), "TELEGRAM_API_URL": api.url, "RASA_URL": rasa.url}


async def looked(environment: dict[str, str], state: Path) -> tuple[int, str]:
    lines: list[str] = []
    faults = await Check(from_environment(environment), state, lines.append).run()
    return faults, "\n".join(lines)


async def test_where_nothing_is_wrong_it_says_so_and_takes_no_message_away(environment, api: BotApi, rasa: StandIn, tmp_path) -> None:
    token = environment["TELEGRAM_BOT_TOKEN"]
    Person(api, token).says("Waiting for the bot")
    faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "WRONG" not in said
    assert f"https://t.me/{BOT_NAME}" in said and "1 waits" in said and "Rasa answers" in said
    assert len(api.updates[token]) == 1
    [asker] = set(rasa.senders(check.QUESTION))
    assert asker in rasa.forgotten


async def test_a_wrong_token_and_a_telegram_out_of_reach_are_told_apart(environment, tmp_path) -> None:
    faults, said = await looked({**environment, "TELEGRAM_BOT_TOKEN": "12:wrong"}, tmp_path)
    assert faults == 1 and "BotFather" in said and "12:wrong" not in said
    faults, said = await looked({**environment, "TELEGRAM_API_URL": NOBODY}, tmp_path)
    assert faults == 1 and "HTTPS_PROXY" in said and "BotFather" not in said


async def test_without_a_token_it_says_where_to_get_one(environment, tmp_path) -> None:
    faults, said = await looked({**environment, "TELEGRAM_BOT_TOKEN": ""}, tmp_path)
    assert faults == 1 and "/newbot" in said


async def test_another_poller_is_found(environment, api: BotApi, new_channel, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(check, "LISTEN_SECONDS", 4)
    elsewhere: ChannelProcess = new_channel(token=environment["TELEGRAM_BOT_TOKEN"]).start()
    faults, said = await looked(environment, tmp_path)
    assert faults == 1 and "Another program fetches this bot's messages" in said
    person = Person(api, elsewhere.token)
    person.says("Still served?")
    assert person.hears()


async def test_the_channel_on_this_machine_is_left_in_peace(environment, api: BotApi, tmp_path) -> None:
    with lock(tmp_path, int(environment["TELEGRAM_BOT_TOKEN"].split(":")[0])):
        before = len(api.called("getUpdates"))
        faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "running on this machine" in said
    assert len(api.called("getUpdates")) == before


async def test_a_webhook_of_somebody_else_is_named_by_its_host_alone(environment, api: BotApi, tmp_path) -> None:
    api.webhooks[environment["TELEGRAM_BOT_TOKEN"]] = {"url": "https://old.example/secret-path"}
    faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "A webhook is set, to old.example" in said and "secret-path" not in said


async def test_a_webhook_that_telegram_cannot_reach_is_named_with_its_trouble(
        environment, api: BotApi, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    environment["TELEGRAM_WEBHOOK_URL"] = "https://bot.example/hook"
    faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "isn't set" in said
    api.webhooks[environment["TELEGRAM_BOT_TOKEN"]] = {"url": "https://bot.example/hook"}
    faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "The webhook is set" in said
    monkeypatch.setattr(api, "webhook_trouble", {"last_error_date": 1_790_000_000, "last_error_message": "Connection refused"})
    faults, said = await looked(environment, tmp_path)
    assert faults == 1 and "Connection refused" in said and "127.0.0.1:8443" in said


async def test_what_is_switched_off_at_botfather_is_a_note(environment, api: BotApi, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(api, "abilities", {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False})
    faults, said = await looked(environment, tmp_path)
    assert faults == 0 and "/setinline" in said and "/setprivacy" in said
    monkeypatch.setattr(api, "abilities", {"can_join_groups": False})
    assert "/setjoingroups" in (await looked(environment, tmp_path))[1]


async def test_a_rasa_that_is_dead_or_something_else_or_without_actions_is_told_apart(
        environment, api: BotApi, rasa: StandIn, tmp_path) -> None:
    assert "`make run` starts Rasa" in (await looked({**environment, "RASA_URL": f"http://127.0.0.1:{free_port()}"}, tmp_path))[1]
    assert "not this project's Rasa" in (await looked({**environment, "RASA_URL": api.url}, tmp_path))[1]
    rasa.prepare(check.QUESTION, {"text": "I can't look that up now.", "custom": plain("out_of_scope", scope="unknown")})
    try:
        faults, said = await looked(environment, tmp_path)
    finally:
        del rasa.prepared[check.QUESTION]
    assert faults == 1 and "action server" in said


@pytest.mark.parametrize("token, code, last", [("good", 0, "Nothing stands in the way."), ("", 1, "1 thing to mend, then check again.")])
def test_the_command_ends_with_a_verdict(environment, token: str, code: int, last: str, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value if token or variable != "TELEGRAM_BOT_TOKEN" else "")
    assert main(["check"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_an_unknown_word_is_refused(capsys: pytest.CaptureFixture) -> None:
    assert main(["chek"]) == 2
    assert "'check'" in capsys.readouterr().err
