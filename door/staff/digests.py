"""Secrets that are handed out, and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits, fit for a cookie and an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str, purpose: str = "kept") -> str:
    """What is kept of a secret, or derived from it for another `purpose`; leads back to nothing.

    A plain SHA-256 is enough here: unlike a password, 256 random bits can't be tried out.
    """
    return hashlib.sha256(f"{purpose}:{secret}".encode("utf-8", "replace")).hexdigest()
