"""Settings of the Telegram channel, from the environment; those it shares with the door come from there."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from door import settings as door_settings
from door.settings import Settings, SettingsError

TELEGRAM = "https://api.telegram.org"


def _token(value: str) -> str:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value):
        raise ValueError("is not a bot token. BotFather gives one that looks like 123456789:AAE…")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as https://api.telegram.org")
    return value.rstrip("/")


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdecimal() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _setting(variable: str, meaning: str, read: Callable[[str], Any], default: Any, shown: str = "") -> Any:
    return dataclasses.field(default=default, metadata={
        "variable": variable, "meaning": meaning, "read": read, "shown": shown or f"`{default}`"})


@dataclass(frozen=True)
class TelegramSettings:
    """What an operator can choose for Telegram. `door` holds what every process shares."""

    door: Settings = dataclasses.field(default_factory=Settings)
    token: str | None = _setting("TELEGRAM_BOT_TOKEN", "BotFather's token; turns Telegram on", _token, None, "none: off")
    api_url: str = _setting("TELEGRAM_API_URL", "base address of the Bot API", _address, TELEGRAM)
    webhook_url: str | None = _setting("TELEGRAM_WEBHOOK_URL", "public https address to which Telegram brings messages",
                                       _address, None, "none: the bot fetches them (long polling)")
    webhook_host: str = _setting("TELEGRAM_WEBHOOK_HOST", "address on which the webhook listens", str, "127.0.0.1")
    webhook_port: int = _setting("TELEGRAM_WEBHOOK_PORT", "port on which the webhook listens, behind your proxy",
                                 _number(1, 65535), 8443)
    metrics_port: int = _setting("TELEGRAM_METRICS_PORT", "port on 127.0.0.1 for Prometheus' `/metrics`",
                                 _number(1, 65535), 8001)
    # A person reads an answer before asking on; tapping buttons is one in three seconds at most.
    person_limit: int = _setting("TELEGRAM_PERSON_LIMIT", "messages a minute from one person",
                                 _number(1, 1_000_000), 20)

    # Rasa is back after some 15 s when it is restarted; somebody who waits longer thinks that nobody is there.
    patience: int = _setting("TELEGRAM_PATIENCE", "seconds that a question waits for a Rasa that is being restarted; "
                             "an emergency never waits", _number(0, 120), 20)

    @property
    def bot_id(self) -> int:
        """The bot's own number, the first part of its token."""
        return int((self.token or "0").split(":")[0])


def from_environment(environment: Mapping[str, str] = os.environ) -> TelegramSettings:
    """Reads all settings; an empty variable counts as unset.

    Raises `SettingsError` that names every wrong variable, and never quotes the token.
    """
    values: dict[str, Any] = {}
    problems = []
    try:
        values["door"] = door_settings.from_environment(environment)
    except SettingsError as error:
        problems.append(str(error))
    for field in _fields():
        given = environment.get(field.metadata["variable"], "").strip()
        if given:
            try:
                values[field.name] = field.metadata["read"](given)
            except ValueError as error:
                problems.append(f"{field.metadata['variable']} {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return TelegramSettings(**values)


def table() -> str:
    """The channel's own settings as a Markdown table: variable, meaning, default."""
    rows = [f"| `{f.metadata['variable']}` | {f.metadata['meaning']} | {f.metadata['shown']} |" for f in _fields()]
    return "\n".join(["| variable | meaning | default |", "| --- | --- | --- |", *rows])


def _fields() -> list[dataclasses.Field]:
    return [field for field in dataclasses.fields(TelegramSettings) if field.metadata]
