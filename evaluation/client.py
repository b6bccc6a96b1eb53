"""Talks to Rasa as any program does: over the REST channel, and nothing but that."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any, Optional

from msgspec import Struct

from knowledge.direct import urlopen

# A turn of ours ends after 20 s (bot/channels/rest.py); longer means that nobody answers.
ANSWER_SECONDS = 30
# The likeliest topics that are worth keeping of each message.
RANKED = 5


class RasaError(Exception):
    """Rasa can't be reached or answered with something that isn't a reply."""


class Reply(Struct, frozen=True):
    """What came back: the messages of the contract, and how long they took."""

    messages: tuple[dict[str, Any], ...]
    seconds: float


class Understood(Struct, frozen=True):
    """What the pipeline made of a message: topics with their confidence, likeliest first; the point of the first question."""

    ranking: tuple[tuple[str, float], ...]
    point: Optional[str] = None


class Client:
    """One Rasa server at `url`, for example 'http://127.0.0.1:5005'."""

    def __init__(self, url: str):
        self._channel = f"{url.rstrip('/')}/webhooks/rest"
        self._tells = True

    def ask(self, sender: str, text: str) -> Reply:
        """Sends `text` in the conversation `sender`. Raises `RasaError`."""
        begun = time.perf_counter()
        messages = self._call("webhook", {"sender": sender, "message": text})
        seconds = time.perf_counter() - begun
        if not isinstance(messages, list) or not messages or not all(isinstance(item, dict) for item in messages):
            raise RasaError(f"the reply is no list of messages: {str(messages)[:80]}")
        return Reply(tuple(messages), seconds)

    def understand(self, text: str) -> Optional[Understood]:
        """What the pipeline makes of `text`; None where the server doesn't tell.

        The server tells only when it was started with PCSO_DEBUG=1. Raises `RasaError`.
        """
        parsed = self._call("parse", {"text": text}, missing_is_fine=True) if self._tells else None
        if parsed is None:
            self._tells = False  # and won't later: no need to ask two thousand times
            return None
        ranking = parsed.get("intent_ranking") or []
        asked = parsed.get("questions") or [{}]
        return Understood(tuple((item["name"], float(item["confidence"])) for item in ranking[:RANKED]), asked[0].get("point"))

    def told(self, sender: str) -> Optional[Understood]:
        """The particular question that was answered last in the conversation `sender`; None where the server doesn't tell (as above)."""
        slots = self._call(f"conversations/{sender}/slots", None, missing_is_fine=True)
        told = (slots or {}).get("told")
        return None if slots is None else Understood((), told.get("point") if isinstance(told, dict) else None)

    def _call(self, path: str, body: Optional[dict[str, str]], missing_is_fine: bool = False) -> Any:
        request = urllib.request.Request(f"{self._channel}/{path}", json.dumps(body).encode() if body else None,
                                         {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if missing_is_fine and error.code in (404, 405):
                return None
            raise RasaError(f"Rasa answered with status {error.code}") from error
        except (OSError, ValueError) as error:
            raise RasaError(f"no answer from {self._channel}: {error}") from error
