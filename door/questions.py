"""What a person may send: the one place that turns a message into something to ask, or refuses it."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

import safety
from knowledge.personal_data import redact

# The contract's limit: three pages of writing. Counted as people see it, before cleaning.
MOST_CHARACTERS = 2_000
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


# What the description of the API says of them; `read_id` and `read_text` see to it, with better words than a validator's.
ChosenId = Annotated[str, Meta(description="Chosen by the caller, best a random UUID; repeating it is harmless",
                               extra_json_schema={"pattern": f"^{_ID.pattern}$"})]
Text = Annotated[str, Meta(description="What the person says; not blank",
                           extra_json_schema={"minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": "\\S"})]


class Ask(Struct):
    """The body of `POST /api/messages`."""

    message: Text
    conversation: str | None = None
    id: ChosenId | None = None


class Feedback(Struct):
    """The body of `POST /api/feedback`."""

    conversation: str
    message_id: str
    helpful: bool


class NotUnderstood(Exception):
    """The request can't be used. `code` is for programs, the message for people."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code


class TooLong(NotUnderstood):
    """More than the contract's limit."""


def read_text(message: str) -> str:
    """The text of a message as everything behind the door may see it: cleaned, personal data taken out.

    Raises `NotUnderstood` or `TooLong`, in words for the person.
    """
    text = safety.clean(message, keep_lines=True)
    # Cleaning can lengthen too: a single character may stand for a whole phrase.
    longest = max(len(message), len(text))
    if longest > MOST_CHARACTERS:
        raise TooLong("message_too_long", f"Your message has {longest:,} characters; I can read {MOST_CHARACTERS:,}. "
                                          "Please shorten it.")
    if not text:
        raise NotUnderstood("message_empty", "Your message is empty. Type a question about PCSOs.")
    return redact(text)


def read_id(given: str | None) -> str | None:
    """The caller's own id of a message. Raises `NotUnderstood`."""
    if given is not None and not _ID.fullmatch(given):
        raise NotUnderstood("id_malformed", "The id of a message is 1 to 64 letters, digits and . _ : - "
                                            "(best a random UUID).")
    return given
