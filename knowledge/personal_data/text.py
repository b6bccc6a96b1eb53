"""The text as the steps see it: a lower-case shadow with the same places, and replacing by place."""

from __future__ import annotations

import re
import unicodedata
from typing import Iterable

# Signs nobody sees, with which a number could be cut in two; keycap and variation signs too.
_INVISIBLE = re.compile("[\u00ad\u034f\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff"
                        "\U000e0000-\U000e0fff]+")
_SAME = {**{dash: "-" for dash in "‐‑‒–—―−﹘﹣－"}, **{mark: "'" for mark in "’‘‛`´ʼ′＇"},
         "“": '"', "”": '"', "•": ".", "·": ".", "∙": ".", "…": "."}
# What this package itself has written is not read again: 'number plate' in brackets tells nothing.
_WRITTEN = re.compile(r"\[(?:name|phone number|email|address|date of birth|number plate|national insurance number|"
                      r"card number|sort code|account number|security code|nhs number|passport number|"
                      r"driving licence number|link)\]")
_FIGURE = re.compile(r"\d")
# Stands for each sign of them; no letter, no blank, no punctuation that a pattern knows.
COVER = "\x00"

Span = tuple  # (start, end, what stands there instead)


class _Folded(dict):
    """Sign → the one lower-case sign it stands for ('７' → '7'), filled as signs turn up."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        if sign in _SAME:
            folded = _SAME[sign]
        elif sign.isspace():
            folded = " "
        else:
            folded = unicodedata.normalize("NFKC", sign).lower()
            if folded.isdigit() and len(folded) == 1:
                folded = str(unicodedata.digit(folded, 0))
        value = ord(folded) if len(folded) == 1 else code
        if len(self) < 20_000:  # every script in use fits; a flood of rare signs doesn't fill the memory
            self[code] = value
        return value


_FOLDED = _Folded()


def without_invisible(text: str) -> str:
    """The text without signs that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def shadow(text: str) -> str:
    """Lower case and plain signs, as long as the text: a place in one is a place in the other."""
    result = text.lower() if text.isascii() else text.translate(_FOLDED)
    return _WRITTEN.sub(lambda match: COVER * len(match.group()), result) if "[" in result else result


def has_figures(low: str) -> bool:
    """Whether there is any figure; most messages have none, and most steps need one."""
    return bool(_FIGURE.search(low))


def has_any(low: str, hints: Iterable[str]) -> bool:
    """Whether any of these stands somewhere: far faster than a pattern that would find nothing."""
    return any(map(low.__contains__, hints))


def replace(text: str, spans: Iterable[Span]) -> str:
    """The text with other words in these places; of two that overlap the first in the text counts, then the longer."""
    parts, at = [], 0
    for start, end, instead in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            parts += (text[at:start], instead)
            at = end
    return "".join(parts) + text[at:] if parts else text
