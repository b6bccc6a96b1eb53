"""Postcodes, of which the district stays, and street addresses with a house number."""

from __future__ import annotations

import re

from knowledge.personal_data.text import Span, has_any, has_figures, replace, shadow
from knowledge.personal_data.words import (BUILDINGS, NO_NAMES, NOT_IN_STREETS, NUMBERS_OF_OTHER_THINGS, STREETS,
                                           STREETS_AND_WORDS, STREETS_FIRST)

# The areas of the Royal Mail, so that 'm8 4us' is the only slang that can be one.
_AREAS = ("ab|al|b|ba|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy|"
          "g|gl|gu|gy|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr|"
          "nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|"
          "wc|wd|wf|wn|wr|ws|wv|yo|ze")
_POSTCODE = re.compile(rf"(?<![^\W_])((?:{_AREAS})[\do][\da-z]?)(?: ?(?P<mark>[-.,/]) ?| {{0,2}})"
                       r"([\do]) ?([abd-hjlnp-uw-z]{2})(?![^\W_])")
_TOLD_POSTCODE = re.compile(r"post ?code(?: (?:is|was|of|its|it's|for me|here)| ?[:=-])*[ :]{1,2}"
                            r"((?:[a-z] ?){1,2}[\doil](?: ?[\doila-z])??)[ \-.,]{0,2}([\doil] ?[a-z0] ?[a-z0])(?![^\W_])")
# '2nd' and '4hr' end like a postcode's second half: 'on the m1 2nd junction'.
_ENDINGS = {"st": "1", "nd": "2", "rd": "3", "th": "4567890", **dict.fromkeys("hr ft lb gb tb yr wd pt".split(), "0123456789")}
_O_WORDS = frozenset("out our own old one off odd oap oaf oat".split())

_HOUSE = r"\d{1,4} ?[a-h]?(?![^\W_])(?: ?[-/&] ?\d{1,4}[a-h]?(?![^\W_]))?"
_PART = (r"(?:flats?|flt|apartments?|apt|appt|unit|room|rm|studio|maisonette|bedsit|floor|plot|fflat|caravan|pitch|block)"
         r"\.? ?(?:no\.? ?|number )?(?:\d{1,4} ?[a-h]?|[a-h]\d{0,3})(?![^\W_])")
_NUMBER_WORDS = (r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
                 r"eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
                 r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)")
_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*|\d{1,2}(?:st|nd|rd|th)(?![^\W_])")
_START = re.compile(rf"(?<![\w£$€.:/#-])(?:(?P<part>{_PART})(?P<join>[ ,.-]{{1,3}}(?:at |of )?(?:the )?)?)?"
                    rf"(?P<house>(?:(?:no|number|num|nr|house)\.? ?(?:no\.? ?|number )?)?{_HOUSE})?")
# What stands in front of an address; what follows a time or a count stands in front of neither.
_LIVE = re.compile(
    r"\b(?:(?:live|lives|living|livin|liv|lived|stay|stays|staying|reside|resides|residing|moved|moving|based|house is|home is)"
    r"(?: (?:here|now|alone))? (?:at|in|on|@|to)"
    r"|(?:address|addy|adress|addres)(?: is| was|'s)?(?: at)?"
    r"|send (?:it|them|someone|sum1|somebody|an officer|police) to|(?:come|round) to|happening at"
    r"|(?:i'?m|we'?re|house|flat|home) at|outside|from|near|next to|opposite|behind)"
    r"[ :,-]{1,3}(?:(?:currently|now|still|at|number|no\.?) ?)?$")
_IN_WORDS = re.compile(rf"(?:(?:no|number|num|nr)\.? )?(?P<house>{_NUMBER_WORDS})(?: ?[a-h](?![^\W_]))?,? (?=[^\W\d_])")
_BOX = re.compile(r"\bp\.? ?o\.? ?box (?:no\.? ?)?\d{1,6}")
_AT_HOME = re.compile(r"\b(?:liv|stay|resid|address|addy|moved|i'?m at)[^.]{0,20}$")
_WAY = re.compile("[a-z]{3,}(?:way|gate|croft)")
_NO_STREETS = (NO_NAMES - STREETS) | NOT_IN_STREETS
_COMMA = re.compile("[ ,]{1,2}")
_FIGURES = re.compile(r"\d+")
_BETWEEN = re.compile(r"[ .]{1,2}|, (?=[^\W\d_]{1,30} )")
# Small words that streets have: 'Old Mill Lane', 'Uttoxeter New Road', 'Stoke on Trent Road'.
_OFTEN_FIRST = frozenset(("old", "new", "main", "right", "upper"))
_SELDOM_FIRST = frozenset(("old", "new", "well", "over"))
_WITHIN = frozenset(("the", "on", "of", "by"))
# Somebody speaks of a home: only then are numbers in words and named houses looked for.
_HOME = ("liv", "stay", "mov", "addr", "addy", "resid", "number ", "num ", "im at ", "'m at ", "re at ", "outside", "home at", "house at")
_NAMED = re.compile(r"\b(?:live|lives|living|stay|staying|reside) (?:at|in) "
                    r"|\b(?:my|our|the|his|her|home) (?:home )?address(?: is|'s| was|:)? ?:? ?"
                    r"|\baddress ?: ?")
_WINDOW = 45


def redact_postcodes(text: str) -> str:
    """Shortens postcodes to their districts: 'DE1 2AB' → 'DE1'."""
    low = shadow(text)
    if not has_figures(low):
        return text
    spans: list[Span] = []
    for match in _POSTCODE.finditer(low):
        district, sector, unit = match.group(1, 3, 4)
        written = text[match.start():match.end()]
        shouted = written.isupper()
        gap = match.end(1) != match.start(3)
        if gap and not shouted and sector in _ENDINGS.get(unit, ""):
            continue
        # O for nought is seen only in capitals: 'DE1 OAB', not 'm1 out of' and never 'boost'.
        if not any(map(str.isdigit, district)) or sector == "o" and (not shouted or sector + unit in _O_WORDS):
            continue
        if match.group("mark") and match.group("mark") in ",./" and not shouted and sector + unit in NO_NAMES:
            continue
        spans.append((match.end(1), match.end(), ""))
    if "code" in low:
        whole = [start for start, _, _ in spans]
        for match in _TOLD_POSTCODE.finditer(low):
            if any(match.start() < start < match.end() for start in whole):
                continue
            if not any(map(str.isdigit, match.group(1) + match.group(2))):
                continue  # 'postcode to ring 999'
            district = text[match.start(1):match.end(1)].replace(" ", "").upper()
            spans.append((*match.span(), text[match.start():match.start(1)] + district))
    return replace(text, spans)


def redact_streets(text: str) -> str:
    """Takes out house number and street; streets without a number stay, and so do towns."""
    low = shadow(text)
    spans: list[Span] = [(*match.span(), "[address]") for match in _BOX.finditer(low)]
    if has_figures(low) or "flat" in low:
        for match in _START.finditer(low):
            if match.group("part") or match.group("house"):
                spans += _from(text, low, match)
    if has_any(low, _HOME):
        for match in _IN_WORDS.finditer(low):
            numbered = match.group()[0] == "n" and not match.group().startswith("nine")
            if numbered or _LIVE.search(low[max(0, match.start() - _WINDOW):match.start()]):
                end = _street(text, low, match.end(), sure=True)
                if end:
                    spans.append((match.start(), end, "[address]"))
        spans += _named_houses(text, low)
    return replace(text, spans)


def _from(text: str, low: str, match: re.Match) -> list[Span]:
    """The address that begins with this flat, house or both, if it is one."""
    start, end = match.span()
    part, house = match.group("part", "house")
    before = low[max(0, start - _WINDOW):start]
    lives = bool(_LIVE.search(before))
    if not part and not lives and _counts_something(text, before, house, end):
        return []
    gap = _COMMA.match(low, end)
    after = gap.end() if gap else end
    sure = bool(part) or lives or not before.strip() or before.rstrip()[-1] in ",.;:!?\n("
    if house:
        lettered = house[-1].isalpha() or not house[0].isdigit()
        late = before.endswith("at ") and int(_FIGURES.search(house).group()) > 24  # no time of day
        stop = _street(text, low, after, sure or lettered or late) if gap or part else None
        stop = stop or (_building(low, after) if part else None)
        stop = stop or (_one_word(text, low, after, before) if gap else None)
        if not stop and lives and (part or re.search(r"\d[b-h]$", house)):
            stop = match.end("house")
    else:
        stop = _street(text, low, end, sure=True) or _building(low, end)
    return [(start, stop, "[address]")] if stop else []


def _one_word(text: str, low: str, at: int, before: str) -> int | None:
    """Where a street of one word ends: '8 Kingsway' anywhere, any other only behind 'I live at'."""
    match = _WORD.match(low, at)
    if not match or match.group() in _NO_STREETS:
        return None
    way = _WAY.fullmatch(match.group()) and (text[at].isupper() or before.endswith("at "))
    return match.end() if way or _AT_HOME.search(before) else None


def _counts_something(text: str, before: str, house: str, end: int) -> bool:
    """Whether a number is a year, a service to ring, or what the word before it counts: 'section 38', 'call 101'."""
    last = before.split()[-1:]
    if last and last[0][-1] not in ",.!?;:" and last[0].strip("(\"'") in NUMBERS_OF_OTHER_THINGS:
        return True
    if re.fullmatch(r"(?:19|20)\d\d", house.strip()):
        return True
    return house.strip() in ("999", "101", "112", "111") and not text[end + 1:end + 2].isupper()


def _street(text: str, low: str, at: int, sure: bool) -> int | None:
    """Where the street that begins here ends; `sure` where something in front shows an address."""
    words = _words(low, at)
    if len(words) < 2:
        return None
    first = words[0].group().rstrip(".")
    if first in STREETS_FIRST and (sure or words[1].group() not in NO_NAMES):
        return words[min(len(words), 3) - 1].end() if len(words) > 2 and words[2].group() not in NO_NAMES else words[1].end()
    if first in NOT_IN_STREETS and not (first == "the" or first in _OFTEN_FIRST and len(words) > 2):
        return None
    for index, match in enumerate(words[1:], start=1):
        word = match.group().rstrip(".")
        if word in STREETS or word in STREETS_AND_WORDS or word == "st" and index == len(words) - 1:
            capital = text[match.start()].isupper() and text[words[0].start()].isupper()
            if not (sure or capital) and (words[index - 1].group() == "the" or word not in STREETS or word == "close"):
                continue  # 'two way', '5 close to', '9 the road was closed'
            following = words[index + 1] if index + 1 < len(words) else None
            goes_on = following and (following.group() in STREETS or following.group() in STREETS_AND_WORDS and capital
                                     and text[following.start()].isupper() and not text.isupper())  # '16 Ivy Bank Grove'
            return following.end() if goes_on else match.end()
        written = sure and text[match.start()].isupper() and not text.isupper()  # 'I live at 12 Mill Hey Terrace'
        if word in NOT_IN_STREETS and not (word in _SELDOM_FIRST or sure and word in _WITHIN or written):
            return None
    return None


def _words(low: str, at: int) -> list[re.Match]:
    """The next words, at most six, over blanks and one early comma."""
    words: list[re.Match] = []
    while len(words) < 6:
        match = _WORD.match(low, at)
        if not match:
            break
        words.append(match)
        gap = _BETWEEN.match(low, match.end())
        if not gap or gap.group().startswith(",") and len(words) > 2:
            break
        at = gap.end()
    return words


def _building(low: str, at: int) -> int | None:
    """Where 'marlborough house' ends, if it begins here."""
    words = 0
    place = at
    for _ in range(5):
        match = _WORD.match(low, place)
        if not match or match.group() in NOT_IN_STREETS and match.group() not in ("the", "old", "new"):
            return None
        if words and match.group() in BUILDINGS:
            return match.end()
        words += match.group() not in ("the", "new")
        place = match.end() + 1 if low[match.end():match.end() + 1] == " " else len(low)
    return None


def _named_houses(text: str, low: str) -> list[Span]:
    spans = []
    for match in _NAMED.finditer(low):
        first = _WORD.match(low, match.end())
        if not first or first.group() in NOT_IN_STREETS and first.group() not in ("the", "old", "new"):
            continue
        end = _building(low, match.end())
        if end:
            gap = re.match(r"(?:,? on|,)? ", low[end:end + 4])
            street = _street(text, low, end + gap.end(), sure=True) if gap else None
            spans.append((match.end(), street or end, "[address]"))
    return spans
