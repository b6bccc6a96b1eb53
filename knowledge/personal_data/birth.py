"""Dates of birth: after words that tell, beside a name, or so long ago that little else is meant."""

from __future__ import annotations

import re

from knowledge.personal_data.text import has_any, has_figures, replace, shadow

_MONTH = (r"(?:jan(?:uary)?|feb(?:r?uary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
          r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?: ?(?:st|nd|rd|th)\.?)?"
_NTH = (r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|"
        r"twentieth|twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty[ -]first)")
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)(?!\d)"
_YEAR_WORDS = (r"(?:nineteen|two thousand|twenty)(?:[ -](?:and|oh|(?:twen|thir|for|four|fif|six|seven|eigh|nine)ty|[a-z]{3,9}teen|"
               r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)){0,3}")
_SPELT = (rf"(?:(?:{_DAY}|{_NTH})(?: day)?[ -/]?(?:of )?(?: ?the )?{_MONTH}(?:[ ,/-]{{0,2}}(?:{_YEAR}|{_YEAR_WORDS}))?"
          rf"|{_MONTH} ?(?:the )?(?:{_DAY}|{_NTH})(?!\d)(?:[ ,]{{0,2}}(?:of )?(?:{_YEAR}|{_YEAR_WORDS}))?"
          rf"|{_MONTH}[ ,]{{0,2}}(?:of )?(?:(?:19|20)\d\d|{_YEAR_WORDS}))")
_FIGURES = (r"(?:(?:0?[1-9]|[12]\d|3[01]) ?[/.\- ] ?(?:0?[1-9]|1[0-2]|1[3-9]|2\d|3[01]) ?[/.\- ] ?" + _YEAR
            + r"|(?:19|20)\d\d[/.\- ][01]?\d[/.\- ][0-3]?\d(?!\d)|\d{8}(?!\d)|\d{6}(?!\d))")
_DATE = rf"(?:{_FIGURES}|{_SPELT})"
_IN_FIGURES = re.compile(rf"(?<![\w/.-]){_FIGURES}")
_BIRTH = r"(?:d\.?\s?o\.?\s?b\b\.?|date ?of ?birth|day of birth|birth ?dates?|birth ?day|b-?day)"
_FILL = r"(?:[ :=,.()'\"-]{0,3}(?:is|was|are|on|in|the|of|my|me|his|her|their|s|its|it's|it|being|i was)(?![^\W_])){0,4}[ :=,.()'\"-]{0,3}"

_TOLD = re.compile(rf"\b(?:{_BIRTH}{_FILL}(?P<date>{_DATE}|(?:19|20)\d\d(?!\d))|born{_FILL}(?P<born>{_DATE}))")
_BEHIND = re.compile(rf"(?<![\w/.-])(?P<date>{_DATE})[ ,(]{{1,3}}(?:(?:is|was|=) )?(?:(?:my|his|her|their|the) )?{_BIRTH}")
_BESIDE = re.compile(rf"\x00[ ,.;:(-]{{1,3}}(?P<date>{_FIGURES}|(?:{_DAY}) (?:of )?{_MONTH} {_YEAR})")
_LONG_AGO = re.compile(r"(?<![\w/.,-])(?:(?:0?[1-9]|[12]\d|3[01])(?P<by>[/.-])(?:0?[1-9]|1[0-2])(?P=by)19[2-9]\d"
                       r"|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/[4-9]\d|19[2-9]\d-[01]\d-[0-3]\d)(?![\w/]|[.-]\d)")
_HINTS = ("birth", "born", "dob", "d.o", "d o", "d. o", "do b", "bday", "b-day")
_NAME = "[name]"


def redact(text: str) -> str:
    """Takes out dates of birth; other dates, years and ages stay."""
    low = shadow(text)
    spans = []
    if has_any(low, _HINTS):
        for match in _TOLD.finditer(low):
            spans.append((*match.span("date" if match.group("date") else "born"), "[date of birth]"))
        told = {_bare(low[start:end]) for start, end, _ in spans}
        spans += [(*match.span(), "[date of birth]") for match in _IN_FIGURES.finditer(low) if _bare(match.group()) in told]
        spans += [(*match.span("date"), "[date of birth]") for match in _BEHIND.finditer(low)]
    if has_figures(low):
        spans += [(*match.span(), "[date of birth]") for match in _LONG_AGO.finditer(low)]
    if _NAME in text:
        spans += [(*match.span("date"), "[date of birth]") for match in _BESIDE.finditer(low)
                  if text.startswith(_NAME, match.start() + 1 - len(_NAME))]
    return replace(text, spans)


def _bare(date: str) -> str:
    return "".join(filter(str.isalnum, date))
