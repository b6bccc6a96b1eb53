"""What a component was made with, beside its examples: Rasa sees its own class alone, and would take the rest from its cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.nlu.reading import ROOT

CODE = ("bot/nlu", "bot/encoder", "knowledge", "safety")


def of_code_and(*files: Path) -> str:
    """A digest of all code that understands messages and of `files`, for a component's `fingerprint_addon`."""
    digest = hashlib.sha256()
    for path in [*(path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))), *files]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")  # a file's name can be the language that it is in
    return digest.hexdigest()
