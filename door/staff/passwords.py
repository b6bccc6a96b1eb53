"""Passwords: what is accepted, and argon2 for those that are kept."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Length is what counts (NCSC: three random words); no rules about digits and signs.
LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200

_hasher = PasswordHasher()  # RFC 9106's second choice: 64 MiB, three rounds
# Each takes 64 MiB for a moment: a flood of sign-ins waits rather than fills the memory.
_at_once = threading.BoundedSemaphore(2)
# For names that don't exist, so that the time of an answer doesn't tell which do.
_NOBODYS = _hasher.hash("nobody has this password")


def complaint(password: str, *names: str) -> str | None:
    """What is wrong with a new password, in words for its owner, or None. `names` must not be most of it."""
    if len(password) < LEAST_CHARACTERS:
        return f"Your password must have {LEAST_CHARACTERS} characters or more. Three random words make a good one"
    if len(password) > MOST_CHARACTERS:
        return f"Your password must have {MOST_CHARACTERS} characters or fewer"
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_run(plain):
        return "Your password repeats itself, or is a row of the keyboard. Three random words make a good one"
    for name in names:
        if name and len(plain.replace(name.casefold(), "")) < LEAST_CHARACTERS / 2:
            return "Your password must not be made of your name"
    if "password" in plain and len(plain) < 2 * len("password"):
        return "Your password must not be made of the word ‘password’"
    return None


def make_hash(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that `kept` was made of; takes as long where nothing is kept."""
    if len(password) > MOST_CHARACTERS:
        password = ""
    with _at_once:
        try:
            return _hasher.verify(kept or _NOBODYS, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """Whether `kept` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _is_run(text: str) -> bool:
    rows = ("abcdefghijklmnopqrstuvwxyz" * 2, "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")
    return any(text in row or text[::-1] in row for row in rows)
