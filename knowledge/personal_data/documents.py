"""Numbers on papers: National Insurance, driving licence, passport, NHS."""

from __future__ import annotations

import re

from knowledge.personal_data.text import has_figures, replace, shadow

_GAP = r"[ .\-/]{0,3}"
_PAIRS = rf"\d{_GAP}\d{_GAP}\d{_GAP}\d{_GAP}\d{_GAP}\d"
_INSURANCE = re.compile(rf"(?<![^\W_])([a-z]) ?([a-z])({_GAP}){_PAIRS}{_GAP}(?:[a-dfmp](?![^\W_]))")
_TOLD = re.compile(
    r"\b(?:(?P<insurance>national insurance|nat ins|n\.?i\.?|nino)|(?P<licence>driv(?:ing|ers?'?s?) licen[cs]e|licen[cs]e)"
    r"|(?P<passport>passport)|(?P<nhs>nhs))(?: (?:number|num|no|nr|is|was))*[ .:=#'s-]{0,4}(?:is )?(?:it's |its )?")
_SHAPES = {
    "insurance": (re.compile(rf"[a-z] ?[a-z]{_GAP}{_PAIRS}(?:{_GAP}[a-z](?![^\W_]))?(?!\d)"), "[National Insurance number]"),
    "licence": (re.compile(r"[a-z9]{5} ?\d{6} ?[a-z9]{2} ?[a-z0-9]{3}(?![^\W_])"), "[driving licence number]"),
    "passport": (re.compile(r"[a-z]{0,2} ?\d{3} ?\d{3} ?\d{1,3}(?!\d)"), "[passport number]"),
    "nhs": (re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)"), "[NHS number]"),
}
_LICENCE = re.compile(r"(?<![^\W_])[a-z][a-z9]{4} ?\d[0156]\d[0-3]\d\d ?[a-z9]{2} ?\d[a-z]{2}(?![^\W_])")
# Words of two letters that stand before numbers: 'at 12 30 45 a…' is no insurance number.
_TWO_LETTER_WORDS = frozenset("am an as at be by do go he hi if in is it me my no of oh on or pc pm so to up us we".split())


def redact(text: str) -> str:
    """Takes out the numbers of papers."""
    low = shadow(text)
    if not has_figures(low):
        return text
    spans = []
    for match in _INSURANCE.finditer(low):
        spaced = " " in match.group()[:2] or match.group(3).strip(" ") == "" and match.group(3) != ""
        if not spaced or match.group(1) + match.group(2) not in _TWO_LETTER_WORDS or text[match.start():match.end()].isupper():
            spans.append((match.start(), match.end(), "[National Insurance number]"))
    for match in _LICENCE.finditer(low):
        spans.append((match.start(), match.end(), "[driving licence number]"))
    for told in _TOLD.finditer(low):
        pattern, instead = _SHAPES[told.lastgroup]
        match = pattern.match(low, told.end())
        if match:
            spans.append((match.start(), match.end(), instead))
    return replace(text, spans)
