"""One message to Telegram as it waits in the database, so that a restart sends what is left of an answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

# Longer labels are cut by Telegram's apps on a phone.
MOST_LABEL = 60

# A button: what it shows, and the data it brings back.
Button = tuple[str, str]
Keyboard = list[list[Button]]


class Place(Struct, frozen=True):
    """Where a letter goes: a chat, the topic of a forum in it, and the message it answers (in groups)."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


class Letter(Struct, frozen=True):
    """One message: `html` as Telegram reads it, `plain` should it refuse that."""

    place: Place
    html: str
    plain: str
    keyboard: Keyboard = []


def pack(letters: list[Letter]) -> str:
    """Letters as text for the database."""
    return msgspec.json.encode(letters).decode()


def unpack(packed: str) -> list[Letter]:
    """The letters that `pack` packed. Raises `msgspec.DecodeError`."""
    return msgspec.json.decode(packed, type=list[Letter])


def payload_id(payload: str) -> str:
    """The short id under which a quick reply's payload is kept."""
    return hashlib.sha256(payload.encode()).hexdigest()[:24]


def markup(keyboard: Iterable[Iterable[Button]]) -> InlineKeyboardMarkup | None:
    """A keyboard as the library wants it; None where there are no buttons."""
    rows = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in keyboard]
    return InlineKeyboardMarkup(rows) if rows else None
