"""Names for chats and people that lead back to nobody: keyed hashes of Telegram's numbers."""

from __future__ import annotations

import hashlib
import hmac


class Names:
    """All hashes of the channel, made with the secret key."""

    def __init__(self, key: str):
        self._key = key.encode()

    def conversation(self, chat: int, person: int) -> str:
        """The sender id towards Rasa: one for each person in each chat, so that a group sees nobody's thread."""
        return f"tg-{self._digest('conversation', f'{chat}:{person}', 32)}"

    def glance(self, person: int) -> str:
        """The sender id of an inline question, which is forgotten at once."""
        return f"tg-inline-{self._digest('inline', str(person), 32)}"

    def reference(self, chat: int) -> str:
        """The name of a chat in logs."""
        return self._digest("log", str(chat), 12)

    def fingerprint(self, chat: int, message: int, text: str) -> str:
        """Tells whether a message has been answered in these very words, without keeping them."""
        return self._digest("text", f"{chat}:{message}:{text}", 32)

    def webhook_secret(self) -> str:
        """What Telegram sends along with each webhook call; the same after every restart."""
        return self._digest("webhook", "secret token", 48)

    def _digest(self, purpose: str, value: str, length: int) -> str:
        message = f"telegram-{purpose}:{value}".encode("utf-8", "replace")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:length]
