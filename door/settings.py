"""Every setting of the door, in one place, from the environment.

`python -m door settings` prints them as a table for the docs.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

import database
from door.environment import SettingsError as SettingsError
from door.environment import address, addresses, read, setting, whole_number
from door.environment import table as environment_table

PROJECT = Path(__file__).resolve().parent.parent
STATE = PROJECT / ".state"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _text(value: str) -> str:
    return value


def _seconds(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0.05 <= number <= 25:  # the whole turn has 30 (turns.TURN_SECONDS)
        raise ValueError("must be a number of seconds from 0.05 to 25")
    return number


def _database(value: str) -> str:
    try:
        backend = sa.make_url(value).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("must be an SQLAlchemy URL such as postgresql://user@host/name or sqlite:////path/file.db")
    return value


def _redis(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must be an address such as redis://127.0.0.1:6379/0")
    return value


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("must have at least 32 characters; `openssl rand -hex 32` makes one")
    return value


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(value.replace(",", " ").split())
    for origin in origins:
        parts = urlsplit(origin)
        # A path, a wildcard or a list separator here would end up in a header as it stands.
        if (parts.scheme not in ("http", "https") or not parts.hostname
                or origin != f"{parts.scheme}://{parts.netloc}" or any(c in origin for c in "*;'\"@")):
            raise ValueError(f"'{origin}' is not an origin such as https://www.dorset.police.uk (no path, no *)")
    return origins


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in value.replace(",", " ").split())
    except ValueError as error:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8, separated by commas ({error})") from None


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()


@dataclass(frozen=True)
class Settings:
    """What an operator can choose. `Settings()` is the default of everything."""

    host: str = setting("HOST", "address the door listens on", _text, "0.0.0.0")
    port: int = setting("PORT", "port the door listens on", whole_number(1, 65535), 8000)
    rasa_url: str = setting("RASA_URL", "where Rasa's REST channel is; several Rasas, separated by commas, share the conversations",
                            addresses("http://127.0.0.1:5005"), "http://127.0.0.1:5005")
    actions_url: str = setting("ACTIONS_URL", "where the action server is; asked only for /health",
                               address("http://127.0.0.1:5055"), "http://127.0.0.1:5055")
    # Rasa gives up a turn after 20 s itself; a person before that.
    rasa_seconds: float = setting("RASA_SECONDS", "how long the door waits for Rasa's answer", _seconds, 15.0)
    database_url: str = setting("DATABASE_URL", "conversations, and the console's accounts and sessions (SQLAlchemy URL)", _database,
                                database.DEFAULT_URL, "SQLite file .state/conversations.db")
    redis_url: str | None = setting("REDIS_URL", "locks and limits shared by several doors", _redis, None,
                                    "none: in memory")
    secret_key: str | None = setting("SECRET_KEY", "signs conversation tokens and staff sessions; the same for all doors", _secret,
                                     None, "made once, kept in .state/secret.key (mode 600)")
    retention_days: float = setting("RETENTION_DAYS", "how long conversations are kept", database.retention_days,
                                    database.DEFAULT_RETENTION_DAYS)
    embed_origins: tuple[str, ...] = setting("EMBED_ORIGINS", "sites that may embed the chat and call the API, "
                                             "separated by commas", _origins, (), "none: only the door's own page")
    trusted_proxies: tuple[Network, ...] = setting("TRUSTED_PROXIES", "proxies whose X-Forwarded-For and "
                                                   "X-Forwarded-Proto are believed", _networks, (), "none")
    # A person reads an answer before asking on; tapping quick replies is one in two seconds at most.
    conversation_limit: int = setting("CONVERSATION_LIMIT", "messages a minute in one conversation",
                                      whole_number(1, 1_000_000), 30)
    # A school or a mobile network shares one address: ten people at full speed.
    address_limit: int = setting("ADDRESS_LIMIT", "requests a minute from one client address",
                                 whole_number(1, 1_000_000), 300)
    log_level: str = setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", _level, "INFO")

    @property
    def retention_seconds(self) -> float:
        """`retention_days` in seconds."""
        return self.retention_days * 86_400


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings; an empty variable counts as unset.

    Raises `SettingsError` that names all variables with wrong values.
    """
    return read(Settings, environment)


def table() -> str:
    """The settings as a Markdown table: variable, meaning, default."""
    return environment_table(Settings)
