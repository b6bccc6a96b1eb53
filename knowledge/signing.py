"""ETags that say what bytes must be and who sends them: '"<sha256>.<signature>"'.

Rasa takes the ETag of a model server for the model's fingerprint and hands it back, so the
check needs no protocol of its own. The signature is there where `RELEASES_KEY` is set: a
model file is code, and whoever could answer on that port would otherwise run theirs.
"""

from __future__ import annotations

import hashlib
import hmac
import os


class NotGenuine(Exception):
    """The bytes aren't those that the ETag names, or nobody with the key named them."""


def sha256(content: bytes) -> str:
    """The digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def etag(sha: str, kind: str, key: str | None = None) -> str:
    """The ETag of an object. `kind` ('model', 'knowledge') keeps one from passing for the other."""
    return f'"{sha}.{_signature(sha, kind, key)}"'


def verify(given: str, content: bytes, kind: str, key: str | None = None) -> str:
    """The digest of `content`, if `given` is its ETag. Raises `NotGenuine`."""
    sha, _, signature = given.removeprefix("W/").strip('"').partition(".")
    if sha256(content) != sha:
        raise NotGenuine(f"the {kind} doesn't have the digest that its ETag names")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(sha, kind, key).encode()):
        raise NotGenuine(f"the {kind}'s signature is wrong: RELEASES_KEY must be the same here and at the release server")
    return sha


def _signature(sha: str, kind: str, key: str | None) -> str:
    key = os.environ.get("RELEASES_KEY", "") if key is None else key
    return hmac.new(key.encode(), f"{kind}:{sha}".encode(), hashlib.sha256).hexdigest() if key else ""
