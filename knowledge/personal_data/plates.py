"""Number plates: today's, those with a year letter before or behind, and any after 'reg' or 'plate'."""

from __future__ import annotations

import re

from knowledge.personal_data.text import COVER, has_figures, replace, shadow
from knowledge.personal_data.words import NEVER_IN_NAMES, NO_NAMES

_TODAY = re.compile(r"(?<![^\W_])([a-z]{2})([ -]?)(\d\d)([ .-]{0,2})([a-z]{3})(?![^\W_])")
_YEAR_FIRST = re.compile(r"(?<![^\W_])([a-z])(\d{1,3})([ -]?)([a-z]{3})(?![^\W_])")
_YEAR_LAST = re.compile(r"(?<![^\W_])([a-z]{3})([ -]?)(\d{1,3})([a-z])(?![^\W_])")
_WORD = r"(?:number|num|no|nr|is|was|its|it's|it|says|said|reads|read|of|the|his|her|their|my|car|van|bike|vehicle|" \
        r"partial|part|started|starts|starting|ending|ended|ends|begins|beginning|with|like|think|i|maybe|full|'s|had|on|in|uk)"
_TOLD = re.compile(
    r"\b(?:number ?-?plates?|licen[cs]e plates?|plates?|reg(?:istration|gie|o|s)?(?: (?:plate|mark|number|num|no))?|vrm|vrn|index)"
    rf"(?:[ .:=,'\"#()-]{{1,3}}{_WORD}(?![^\W_])){{0,6}}[ .:=,'\"#()-]{{1,3}}")
_ANY = re.compile(r"(?:[a-z]{1,3}[ -]?[\dol]{1,4}[ -]?[a-z]{0,3}|\d{1,4}[ -]?[a-z]{1,3})(?![^\W_])")
_SPACED = re.compile(r"(?:[a-z\d][ .-]){4,7}[a-z\d](?![^\W_])")
# 'reg FY19 and', 'reg FY19 red van': the plate was only part.
_SHORT = re.compile(r"[a-z]{1,3}\d{1,4}(?![^\W_])")
_AFTER_PLATES = NEVER_IN_NAMES | frozenset("red van car cab bus man lad old big bmw vw cos bit".split())
_LAW = re.compile(r"s ?\d|section|\d+(?:st|nd|rd|th|am|pm|h|hr|hrs|m|k|x)$")


def redact(text: str) -> str:
    """Takes out number plates; roads, postcode districts and 'section 59' stay."""
    low = shadow(text)
    if not has_figures(low):
        return text
    spans = []
    for match in _TODAY.finditer(low):
        letters, gap, _, second, word = match.groups()
        written = text[match.start():match.end()]
        shouted = written.upper() == written
        if gap and second and not (shouted and word not in NO_NAMES):
            continue  # 'on 12 may', 'at 10 the'
        if second and word in NO_NAMES and not (shouted and not text.isupper()) and (
                word in NEVER_IN_NAMES or match.group() != low.strip(" .!?")):
            continue  # 'in de12 and'
        if gap and letters in NO_NAMES and not shouted:
            continue
        spans.append((*match.span(), "[number plate]"))
    for match in _YEAR_FIRST.finditer(low):
        _, figures, gap, word = match.groups()
        if word not in NO_NAMES and (not gap or len(figures) == 3) or not gap and len(figures) == 3:
            spans.append((*match.span(), "[number plate]"))  # 'a38 rtc' has a gap and two figures
    for match in _YEAR_LAST.finditer(low):
        word, gap, figures, _ = match.groups()
        if word not in NO_NAMES and len(figures) > 1 and (not gap or text[match.start():match.end()].isupper()):
            spans.append((*match.span(), "[number plate]"))
    for told in _TOLD.finditer(low):
        match = _SPACED.match(low, told.end()) or _plate(low, told.end())
        if match:
            spans.append((*match.span(), "[number plate]"))
    return replace(text, spans)


def _plate(low: str, at: int) -> re.Match | None:
    """The longest thing like a plate that begins here: letters and figures in two or three groups."""
    match = _ANY.match(low, at)
    if not match or _LAW.match(match.group()) or not any(map(str.isdigit, match.group())) or COVER in match.group():
        return None
    words = match.group().split(" ")
    if len(words) > 1 and words[-1] in _AFTER_PLATES:
        return _SHORT.match(low, at)
    return match
