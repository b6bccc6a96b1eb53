"""The webhook, and its secret."""

import httpx
import pytest
from tools.fake_telegram.server import BotApi
from tools.fake_telegram.people import Person
from telegram_process import ChannelProcess
from processes.ports import free_port


def test_the_webhook_is_set_with_a_secret_which_is_checked(new_channel, api: BotApi) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook/telegram"
    channel: ChannelProcess = new_channel(TELEGRAM_WEBHOOK_URL=url, TELEGRAM_WEBHOOK_PORT=str(port)).start()
    api.wait_for(lambda: channel.token in api.webhooks)
    hook = api.webhooks[channel.token]
    assert hook["url"] == url and len(hook["secret_token"]) >= 32 and "inline_query" in hook["allowed_updates"]

    person = Person(api, channel.token)
    person.says("by webhook")
    assert person.hears()[0]["text"].startswith("Answer to: by webhook")
    assert not api.updates[channel.token], "200 means received"

    forged = {"update_id": 1, "message": person.message("forged")}
    assert api.deliver(channel.token, forged, secret="wrong") == 403
    assert httpx.post(url, json=forged, trust_env=False).status_code == 403
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]}
    assert httpx.post(url, content=b"{rubbish", headers=headers, trust_env=False).status_code == 400
    assert httpx.get(url, trust_env=False).status_code == 405
    assert httpx.post(f"http://127.0.0.1:{port}/else", json=forged, headers=headers, trust_env=False).status_code == 404
    person.hears_nothing(0.3)

    channel.stop()
    channel.start()
    assert api.webhooks[channel.token] == hook, "the same secret after a restart"
    assert not api.called("getUpdates", token=channel.token)


def test_a_webhook_of_former_days_is_taken_away_where_messages_are_fetched(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel()
    api.webhooks[channel.token] = {"url": "http://127.0.0.1:9/hook", "secret_token": "x"}
    channel.start()
    api.wait_for(lambda: channel.token not in api.webhooks)
    person = Person(api, channel.token)
    person.says("Fetched?")
    assert person.hears()


def test_a_port_that_is_taken_is_named(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(TELEGRAM_WEBHOOK_URL="http://127.0.0.1:1/x",
                                          TELEGRAM_WEBHOOK_PORT=str(api.served.port)).start()
    assert channel.finished() == 1
    assert "TELEGRAM_WEBHOOK_PORT" in channel.text()


@pytest.mark.parametrize("kept_by", ["memory", "database"])
def test_a_call_that_telegram_repeats_is_answered_once(kept_by: str, new_channel, api: BotApi, tmp_path) -> None:
    """Telegram calls again where our 'received' was lost: the memory knows it, and after a restart the database."""
    port = free_port()
    broken = {"DATABASE_URL": f"sqlite:///{tmp_path}"} if kept_by == "memory" else {}
    channel: ChannelProcess = new_channel(TELEGRAM_WEBHOOK_URL=f"http://127.0.0.1:{port}/hook", TELEGRAM_WEBHOOK_PORT=str(port),
                                          **broken).start()
    api.wait_for(lambda: channel.token in api.webhooks)
    person = Person(api, channel.token)
    update = {"update_id": 77, "message": person.message("Once, please")}
    assert api.deliver(channel.token, update) == 200
    person.hears()
    if kept_by == "database":
        channel.idle().stop()
        announced = len(api.called("setWebhook"))
        channel.start()
        api.wait_for(lambda: len(api.called("setWebhook")) > announced)
    assert api.deliver(channel.token, update) == 200
    assert api.deliver(channel.token, {"update_id": 78, "message": person.message("Another")}) == 200
    assert [answer["text"].split("\n")[0] for answer in person.hears(2)] == ["Answer to: Once, please", "Answer to: Another"]
    person.hears_nothing()
