"""Asks the release server which processes have what is live."""

from __future__ import annotations

import os

import httpx
import msgspec
from msgspec import Struct

ASK_SECONDS = 2.0
DEFAULT_URL = "http://127.0.0.1:5056"


class Follower(Struct, frozen=True):
    """A process: 'model' is Rasa, 'knowledge' an action server or Telegram."""

    name: str
    part: str
    current: bool
    seen_seconds_ago: float


class Following(Struct, frozen=True):
    """What the release server says."""

    followers: list[Follower]
    release: str | None = None
    error: str | None = None


def following() -> Following | None:
    """None where the release server doesn't answer."""
    url = os.environ.get("RELEASES_URL") or DEFAULT_URL
    try:
        # trust_env: as in door/rasa.py, nothing inside goes through a proxy of the machine.
        return msgspec.json.decode(httpx.get(f"{url}/live", timeout=ASK_SECONDS, trust_env=False).content, type=Following)
    except (httpx.HTTPError, msgspec.MsgspecError):
        return None
