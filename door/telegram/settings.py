"""Settings of the Telegram channel, from the environment; those it shares with the door come from there."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from door.environment import address, read, setting, whole_number
from door.environment import table as environment_table
from door.settings import Settings

TELEGRAM = "https://api.telegram.org"
ADDRESS = address(TELEGRAM)


def _token(value: str) -> str:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value):
        raise ValueError("is not a bot token. BotFather gives one that looks like 123456789:AAE…")
    return value


@dataclass(frozen=True)
class TelegramSettings:
    """What an operator can choose for Telegram. `door` holds what every process shares."""

    door: Settings = dataclasses.field(default_factory=Settings)
    token: str | None = setting("TELEGRAM_BOT_TOKEN", "BotFather's token; turns Telegram on", _token, None, "none: off")
    api_url: str = setting("TELEGRAM_API_URL", "base address of the Bot API", ADDRESS, TELEGRAM)
    webhook_url: str | None = setting("TELEGRAM_WEBHOOK_URL", "public https address to which Telegram brings messages",
                                      ADDRESS, None, "none: the bot fetches them (long polling)")
    webhook_host: str = setting("TELEGRAM_WEBHOOK_HOST", "address on which the webhook listens", str, "127.0.0.1")
    webhook_port: int = setting("TELEGRAM_WEBHOOK_PORT", "port on which the webhook listens, behind your proxy",
                                whole_number(1, 65535), 8443)
    metrics_port: int = setting("TELEGRAM_METRICS_PORT", "port on 127.0.0.1 for Prometheus' `/metrics`",
                                whole_number(1, 65535), 8001)
    # A person reads an answer before asking on; tapping buttons is one in three seconds at most.
    person_limit: int = setting("TELEGRAM_PERSON_LIMIT", "messages a minute from one person",
                                whole_number(1, 1_000_000), 20)

    # Rasa is back after some 15 s when it is restarted; somebody who waits longer thinks that nobody is there.
    patience: int = setting("TELEGRAM_PATIENCE", "seconds that a question waits for a Rasa that is being restarted; "
                            "an emergency never waits", whole_number(0, 120), 20)

    @property
    def bot_id(self) -> int:
        """The bot's own number, the first part of its token."""
        return int((self.token or "0").split(":")[0])


def from_environment(environment: Mapping[str, str] = os.environ) -> TelegramSettings:
    """Reads all settings; an empty variable counts as unset.

    Raises `SettingsError` that names every wrong variable, and never quotes the token.
    """
    return read(TelegramSettings, environment, door=Settings)


def table() -> str:
    """The channel's own settings as a Markdown table: variable, meaning, default."""
    return environment_table(TelegramSettings)
