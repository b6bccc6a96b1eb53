"""Who may open which conversation: the secret key, conversation ids, and signed tokens."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from pathlib import Path

from itsdangerous import BadData, TimestampSigner

from door.settings import STATE
from processes import files

# 128 bits: ids can't be guessed, and none is ever given twice.
ID_BYTES = 16
_RANDOM_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


class BadToken(Exception):
    """The token is forged, expired or no token at all."""


def secret_key(folder: Path = STATE) -> str:
    """The key in `folder`/secret.key, made on first use. Raises `OSError` where the folder can't be written."""
    return files.secret(folder / "secret.key")


class Tokens:
    """Signs and opens conversation tokens with `key`; they live for `seconds`."""

    def __init__(self, key: str, seconds: float):
        self._key = key.encode()
        self._seconds = seconds
        self._signer = TimestampSigner(key, salt="conversation", digest_method=hashlib.sha256)

    def sign(self, conversation: str) -> str:
        """A token that opens `conversation`."""
        return self._signer.sign(conversation).decode()

    def open(self, token: str) -> str:
        """The conversation's id. Raises `BadToken`."""
        conversation, age = self._unsigned(token)
        if age > self._seconds:
            raise BadToken
        return conversation

    def renew(self, token: str) -> str:
        """The same token, or a fresh one when half of its life is over.

        So a chat that goes on never runs out. The token must have been opened before.
        """
        return token if self._unsigned(token)[1] <= self._seconds / 2 else self.sign(self.open(token))

    def new_conversation(self, opening: str | None) -> str:
        """A fresh conversation's id.

        A person whose first answer was lost on the way has no token yet, only the `opening`
        message's id. Where that is a random UUID, it decides the conversation's id, so that
        the repeat finds the conversation it began. Other ids may be anybody's ('1'), and begin anew.
        """
        if opening and _RANDOM_UUID.fullmatch(opening):
            return self._digest("opening", opening)
        return secrets.token_hex(ID_BYTES)

    def reference(self, conversation: str) -> str:
        """The name of a conversation in logs: opens nothing and leads back to nobody."""
        return self._digest("reference", conversation)[:16]

    def client(self, address: str) -> str:
        """The name of a client address in limits, so that Redis holds no address."""
        return self._digest("client", address)

    def _unsigned(self, token: str) -> tuple[str, float]:
        """The conversation and the token's age in seconds. Raises `BadToken`.

        The library refuses what is younger than nothing; but the clock of the door that signed may run ahead of
        ours, or ours may have been set back, and nobody should lose their chat for that.
        """
        try:
            conversation, signed = self._signer.unsign(token, return_timestamp=True)
            return conversation.decode(), time.time() - signed.timestamp()
        except (BadData, ValueError, OverflowError):
            raise BadToken from None

    def _digest(self, purpose: str, value: str) -> str:
        message = f"{purpose}:{value}".encode("utf-8", "replace")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:2 * ID_BYTES]
