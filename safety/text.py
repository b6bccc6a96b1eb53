"""Text as people send it, made safe to read: `clean` for everybody, `raw_tokens` for the layers."""

from __future__ import annotations

import re
import unicodedata

# Danger is looked for in this much of a long message from each end; a story's point stands
# first or last, and a megabyte must not hold the door.
READ_FROM_EACH_END = 8_000

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+")
_BLANK = re.compile(r"\s+")
# Rasa strips blanks and line breaks before it looks for a slash.
_SLASHES = re.compile(r"^\s*/[\s/]*")
_APOSTROPHES = re.compile("[’‘‛`´ʼ′＇]")
_MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640]+")
# One letter for those that Arabic and Urdu keyboards give in turn.
_ARABIC = str.maketrans("يىئكةہۃھے", "یییکههههی")
_LAUGHTER = re.compile("[😂🤣😹😆😅🙃😜😝]+|💀+")
_SOS = re.compile("🆘+")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?|[.!?…。！？؟।۔;]+|[,:()–—/،，、\-]+ ")
# Letters hidden from a filter: k!ll, r*pe, su1c1de. Only the shapes seen in danger words.
_MASKED = re.compile(r"(?<=[a-z])[*!@$1](?=[a-z])")
_UNMASKED = {
    "k.ll": "kill", "r.pe": "rape", "r.ped": "raped", "st.b": "stab", "su.c.de": "suicide",
    "su.cide": "suicide", "suic.de": "suicide", "d.e": "die", "k.lling": "killing", "g.n": "gun",
    "m.rder": "murder", "sh.t": "", "unal.ve": "unalive", "kn.fe": "knife", "ab.se": "abuse",
}


def clean(message: object, keep_lines: bool = False) -> str:
    """The text of a message, or '' where it isn't text.

    Compatibility forms are folded (NFKC); control and zero-width characters, bidirectional
    marks, Unicode tags, private characters and lone surrogates go; white space is one blank,
    or one line break where it has some and `keep_lines` is set.
    """
    if not isinstance(message, str):
        return ""
    text = _INVISIBLE.sub("", message)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    lines = (_BLANK.sub(" ", line).strip() for line in (text.split("\n") if keep_lines else [text]))
    return "\n".join(filter(None, lines))


def without_slashes(text: str) -> str:
    """The words behind slashes, or '?': Rasa reads '/intent{…}' as an order that bypasses understanding, and people can't give it."""
    return _SLASHES.sub("", text) or "?"


def shorten(text: str) -> str:
    """Both ends of a very long text; anything else unchanged."""
    if len(text) <= 2 * READ_FROM_EACH_END:
        return text
    return text[:READ_FROM_EACH_END] + " . " + text[-READ_FROM_EACH_END:]


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe, Latin letters without marks ('Pożar' → 'pozar')."""
    text = _APOSTROPHES.sub("'", text.lower())
    if text.isascii():
        return text
    text = text.replace("ł", "l").replace("ı", "i").replace("ß", "ss")
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_ARABIC)


def raw_tokens(text: str) -> list[str]:
    """Words of `plain` text in order, with '.', '?', '!' and ',' as tokens of their own."""
    text = _LAUGHTER.sub(" lol ", text)
    text = _SOS.sub(" sos ", text)
    if _MASKED.search(text):
        text = " ".join(_unmask(word) for word in text.split(" "))
    result = []
    for token in _TOKEN.findall(text + " "):
        first = token[0]
        if first.isalnum():
            result.append(token)
        elif "?" in token or "？" in token or "؟" in token:
            result.append("?")
        elif first in ",:()–—/،，、-":
            result.append(",")
        elif "!" in token or "！" in token:
            result.append("!")
        else:
            result.append(".")
    return result


def _unmask(word: str) -> str:
    return _UNMASKED.get(_MASKED.sub(".", word.strip(".,!?")), word)
