"""The webhook, and its secret."""

import httpx
from telegram_bot_api import BotApi
from telegram_people import Person
from telegram_process import ChannelProcess
from telegram_served import free_port


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


def test_a_port_that_is_taken_is_named(new_channel, api: BotApi) -> None:
    channel: ChannelProcess = new_channel(TELEGRAM_WEBHOOK_URL="http://127.0.0.1:1/x",
                                          TELEGRAM_WEBHOOK_PORT=str(api.served.port)).start()
    assert channel.finished() == 1
    assert "TELEGRAM_WEBHOOK_PORT" in channel.text()
