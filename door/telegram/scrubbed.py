"""An update as it may be written down: what is needed to answer it later, without names, numbers, places or personal words.

It is kept only until it is answered, but a process that dies leaves it there, and a copy of the disk holds it.
"""

from __future__ import annotations

from typing import Any

from knowledge.personal_data import redact

# Telegram asks for these fields, so they stay, empty of what they said. (Ids stay: without them nobody can be answered.)
_NOTHING = "-"
_EMPTIED = {"first_name": _NOTHING, "title": _NOTHING, "sender_user_name": _NOTHING, "phone_number": "0",
            "address": _NOTHING, "latitude": 0, "longitude": 0}
_DROPPED = frozenset("last_name username vcard user_id author_signature file_name performer thumbnail quote language_code bio "
                     "google_place_id foursquare_id".split())
# Of what Telegram marks in a text only these decide who is meant.
_MEANT_FOR = ("bot_command", "mention", "text_mention")
_WORDS = {"text": "entities", "caption": "caption_entities"}


def scrubbed(raw: Any) -> Any:
    """A copy of an update (or any part of one) for the database; never raises for what JSON can hold."""
    if isinstance(raw, list):
        return [scrubbed(part) for part in raw]
    if not isinstance(raw, dict):
        return raw
    # A bot's own name is public, and tells mentions of it.
    dropped = _DROPPED - {"username"} if raw.get("is_bot") is True else _DROPPED
    result = {key: _EMPTIED[key] if key in _EMPTIED else scrubbed(value) for key, value in raw.items() if key not in dropped}
    for words, marks in _WORDS.items():
        if isinstance(raw.get(words), str) and raw[words]:
            result[words], kept = _redacted(raw[words], raw.get(marks))
            if marks in raw:
                result[marks] = scrubbed(kept)
    return result


def _redacted(text: str, marks: Any) -> tuple[str, list[dict[str, Any]]]:
    """The text without personal data, and the marks in it at their new places (Telegram counts in UTF-16)."""
    units = text.encode("utf-16-le", "surrogatepass")
    kept, parts, at = [], [], 0

    def take(end: int) -> str:
        return units[2 * at:2 * end].decode("utf-16-le", "replace")

    for mark in sorted((mark for mark in marks or () if _counts(mark)), key=lambda mark: mark["offset"]):
        start, end = mark["offset"], mark["offset"] + mark["length"]
        if start < at:
            continue
        parts.append(redact(take(start)))
        length = len("".join(parts).encode("utf-16-le", "surrogatepass")) // 2
        at = start
        parts.append(_NOTHING if mark["type"] == "text_mention" else take(end))
        kept.append({**mark, "offset": length, "length": len(parts[-1].encode("utf-16-le", "surrogatepass")) // 2})
        at = end
    parts.append(redact(take(len(units) // 2)))
    return "".join(parts), kept


def _counts(mark: Any) -> bool:
    return (isinstance(mark, dict) and mark.get("type") in _MEANT_FOR
            and isinstance(mark.get("offset"), int) and isinstance(mark.get("length"), int))
