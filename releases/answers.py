"""What a release answers, and in words what another would answer instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

# A whole conversation so far names a turn: 'and in Kent?' means something only after what was said before.
SEPARATOR = "\n"

Sort = Literal["alarm_lost", "alarm_gained", "topic", "force", "text"]
SORTS: tuple[Sort, ...] = ("alarm_lost", "alarm_gained", "topic", "force", "text")


class Answered(Struct, frozen=True):
    """One reply, as far as a person can see it."""

    text: str
    topics: list[str]
    forces: list[str | None]
    emergency: bool
    buttons: list[str] = []


class Change(Struct, frozen=True):
    """One message that would be answered otherwise.

    `text` is a question of the evaluation; of what people wrote only the numbers of the messages
    are kept (`numbers`, in the door's database), so that a deleted chat is deleted here too.
    """

    sort: Sort
    then: Answered
    now: Answered
    text: str | None = None
    numbers: list[int] = []
    right: Literal["now", "then", "both", "neither"] | None = None


class Changes(Struct, frozen=True):
    """Everything that differs between what is live and a candidate; `kept` and `asked` count what was compared."""

    candidate: str
    live: str
    at: str
    asked: int
    kept: int
    changes: list[Change]

    def of(self, sort: Sort) -> list[Change]:
        """The changes of one sort, grouped by their topics."""
        found = [change for change in self.changes if change.sort == sort]
        return sorted(found, key=lambda change: (change.then.topics, change.now.topics, change.text or ""))


class Seen(Struct, frozen=True):
    """Who opened the list of changes, and when."""

    by: str
    at: str


def answered(messages: Iterable[Mapping[str, Any]]) -> Answered:
    """The messages of a turn, as the REST channel gives them."""
    messages = list(messages)
    customs = [message.get("custom") or {} for message in messages]
    return Answered(
        text="\n\n".join(str(message.get("text") or "") for message in messages),
        topics=[str(custom.get("topic") or "") for custom in customs], forces=[custom.get("force") for custom in customs],
        emergency=any(custom.get("emergency") is True for custom in customs),
        buttons=[str(button.get("title") or "") for message in messages for button in message.get("buttons") or ()])


def sort_of(then: Answered, now: Answered) -> Sort | None:
    """What differs most gravely; None where a person would see the same."""
    if then == now:
        return None
    if then.emergency != now.emergency:
        return "alarm_gained" if now.emergency else "alarm_lost"
    if then.topics != now.topics:
        return "topic"
    return "force" if then.forces != now.forces else "text"
