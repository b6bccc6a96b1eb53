"""The chats of 'Try it', one for each member of staff; kept in memory alone."""

from __future__ import annotations

import secrets
from typing import Any

from msgspec import Struct

from door.content.history import Pieces, compare
from door.rasa import Understood

LONGEST_TALK = 30
MOST_TALKS = 50


class Reading(Understood, frozen=True):
    """What a message was understood as, within its conversation. Why it was, and its language, are told with PCSO_DEBUG alone."""

    language: str | None = None
    why: list[str] = []


class Side(Struct):
    """One assistant's turn. `understood` is None where Rasa doesn't tell, `slots` are empty where it runs without PCSO_DEBUG."""

    messages: list[dict[str, Any]]
    understood: Reading | None
    slots: dict[str, Any]
    error: str | None = None


class Exchange(Struct):
    """One message, both answers, and the draft's nearest examples."""

    text: str
    live: Side
    draft: Side
    nearest: list[Any]

    @property
    def is_alike(self) -> bool:
        """Whether a person would see the same from both."""
        return bool(self.live.messages) and self.live.messages == self.draft.messages

    def pieces(self, place: int) -> Pieces:
        """The texts of one message of both as one, word by word; where one of them didn't answer, the other's as it is."""
        texts = [str(side.messages[place].get("text") or "") if place < len(side.messages) else "" for side in (self.live, self.draft)]
        if not self.live.messages or not self.draft.messages:
            return [("same", "".join(texts))]
        return compare(*texts)


class Talk(Struct):
    """One member of staff's chat, and whom both assistants take them for."""

    sender: str
    exchanges: list[Exchange]

    def add(self, exchange: Exchange) -> None:
        """Adds an exchange; of a long chat the beginning goes."""
        self.exchanges = [*self.exchanges, exchange][-LONGEST_TALK:]


class Talks:
    """The chats by account. Of too many the oldest goes."""

    def __init__(self) -> None:
        self._talks: dict[str, Talk] = {}

    def find(self, account: str) -> Talk | None:
        """The chat so far, or None."""
        return self._talks.get(account)

    def begun(self, account: str) -> Talk:
        """The chat so far, or a new one."""
        if len(self._talks) >= MOST_TALKS and account not in self._talks:
            self._talks.pop(next(iter(self._talks)))
        return self._talks.setdefault(account, Talk(f"staff-try-{secrets.token_hex(8)}", []))

    def end(self, account: str) -> None:
        """The next message begins a new one."""
        self._talks.pop(account, None)
