"""Postcodes, of which the district stays, and street addresses with a house number."""

from __future__ import annotations

import re

from knowledge.personal_data.text import Span, replace, shadow
from knowledge.personal_data.words import (BUILDINGS, NO_NAMES, NOT_IN_STREETS, NUMBERS_OF_OTHER_THINGS, STREETS,
                                           STREETS_AND_WORDS, STREETS_FIRST)

# The areas of the Royal Mail, so that 'm8 4us' is the only slang that can be one.
_AREAS = ("ab|al|b|ba|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy|"
          "g|gl|gu|gy|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr|"
          "nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|"
          "wc|wd|wf|wn|wr|ws|wv|yo|ze")
_POSTCODE = re.compile(rf"(?<![^\W_])((?:{_AREAS})[\do][\da-z]?)(?: ?(?P<mark>[-.,/]) ?| {{0,2}})([\do]) ?([abd-hjlnp-uw-z]{{2}})(?![^\W_])")
_TOLD_POSTCODE = re.compile(r"post ?code(?: (?:is|was|of|its|it's|for me|here)| ?[:=-])*[ :]{1,2}"
                            r"((?:[a-z] ?){1,2}[\doil] ?[\doila-z]?)[ \-.,]{0,2}([\doil] ?[a-z] ?[a-z])(?![^\W_])")
# '2nd' and '4hr' end like a postcode's second half: 'on the m1 2nd junction'.
_ENDINGS = frozenset("st nd rd th hr ft lb gb tb yr wd ld pt".split())
_O_WORDS = frozenset("out our own old one off odd oap oaf oat".split())

_HOUSE = r"\d{1,4} ?[a-h]?(?![^\W_])(?: ?[-/&] ?\d{1,4}[a-h]?(?![^\W_]))?"
_PART = (r"(?:flats?|flt|apartments?|apt|appt|unit|room|rm|studio|maisonette|bedsit|floor|plot|fflat|caravan|pitch|block)"
         r"\.? ?(?:no\.? ?|number )?(?:\d{1,4} ?[a-h]?|[a-h]\d{0,3})(?![^\W_])")
_NUMBER_WORDS = (r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
                 r"seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)")
_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*|\d{1,2}(?:st|nd|rd|th)(?![^\W_])")
_START = re.compile(rf"(?<![\w£$€.:/#-])(?:(?P<part>{_PART})(?P<join>[ ,.-]{{1,3}}(?:at |of )?(?:the )?)?)?"
                    rf"(?P<house>(?:(?:no|number|num|nr|house)\.? ?(?:no\.? ?|number )?)?{_HOUSE})?")
_LIVE = re.compile(
    r"\b(?:(?:live|lives|living|livin|liv|lived|stay|stays|staying|reside|resides|residing|moved|moving|based|house is|home is)(?: (?:here|now|alone))? (?:at|in|on|@|to)"
    r"|(?:address|addy|adress|addres)(?: is| was|'s)?(?: at)?|come to|send (?:it|them|someone|sum1|somebody|an officer|police) to|round to|happening at|i'?m at|we'?re at|outside|from|near|next to|opposite|behind|(?:home|house|flat) at)"
    r"[ :,-]{1,3}(?:(?:currently|now|still|at|number|no\.?) ?)?$")
_IN_WORDS = re.compile(rf"(?:(?:no|number|num|nr)\.? )?(?P<house>{_NUMBER_WORDS})(?: ?[a-h](?![^\W_]))?,? (?=[^\W\d_])")
_LIVE_WORDS = re.compile(r"\b(?:live|lives|living|stay|staying|moved|address|addy|number|outside|i'm|im)\b")
_BOX = re.compile(r"\bp\.? ?o\.? ?box (?:no\.? ?)?\d{1,6}")
_TIME_BEFORE = re.compile(r"(?:\d[.:]|£|\$)$")
_WINDOW = 45


def redact_postcodes(text: str) -> str:
    """Shortens postcodes to their districts: 'DE1 2AB' → 'DE1'."""
    low = shadow(text)
    spans: list[Span] = []
    for match in _POSTCODE.finditer(low):
        district, sector, unit = match.group(1, 3, 4)
        written = text[match.start():match.end()]
        shouted = written.isupper()
        gap = match.end(1) != match.start(3)
        if gap and not shouted and unit in _ENDINGS:
            continue
        # O for nought is seen only in capitals: 'DE1 OAB', not 'm1 out of' and never 'boost'.
        figures = [sign for sign in district + sector if sign.isdigit()]
        if not figures or sector == "o" and (not shouted or sector + unit in _O_WORDS) or (
                "o" in district[1:] and not shouted and not any(map(str.isdigit, district))):
            continue
        if match.group("mark") and match.group("mark") in ",./" and not shouted and sector + unit in NO_NAMES:
            continue
        spans.append((match.end(1), match.end(), ""))
    if "code" in low:
        whole = [start for start, _, _ in spans]
        for match in _TOLD_POSTCODE.finditer(low):
            if any(match.start() < start < match.end() for start in whole):
                continue
            district = text[match.start(1):match.end(1)].replace(" ", "").upper()
            spans.append((*match.span(), text[match.start():match.start(1)] + district))
    return replace(text, spans)


def redact_streets(text: str) -> str:
    """Takes out house number and street; streets without a number stay, and so do towns."""
    low = shadow(text)
    spans: list[Span] = [(*match.span(), "[address]") for match in _BOX.finditer(low)]
    if any(map(str.isdigit, low)) or " flat " in low:
        for match in _START.finditer(low):
            if match.group("part") or match.group("house"):
                spans += _from(text, low, match)
    for match in _IN_WORDS.finditer(low):
        before = low[max(0, match.start() - _WINDOW):match.start()]
        if _LIVE.search(before) or match.group().startswith(("no", "num", "nr")):
            end = _street(text, low, match.end(), sure=True)
            if end:
                spans.append((match.start(), end, "[address]"))
    spans += _named_houses(text, low)
    return replace(text, spans)


def _from(text: str, low: str, match: re.Match) -> list[Span]:
    start, end = match.span()
    part, house = match.group("part", "house")
    before = low[max(0, start - _WINDOW):start]
    lives = bool(_LIVE.search(before + " " if not before.endswith(" ") else before))
    last = before.split()[-1].strip("(,;:\"'") if before.split() and not before.rstrip().endswith((",", ".", "!", "?", ";", ":")) else ""
    if not part and not lives and (last in NUMBERS_OF_OTHER_THINGS or _year(house)):
        return []
    if not part and house.strip() in ("999", "101", "112", "111") and not (lives or text[end + 1:end + 2].isupper()):
        return []
    gap = re.compile(r"[ ,]{1,2}").match(low, end)
    after = gap.end() if gap else end
    lettered = bool(re.search(r"\d ?[a-h]$", house or "")) or bool(house and not house[0].isdigit())
    lives = lives or last == "at" and bool(house) and int(re.search(r"\d+", house).group()) > 24  # no time of day
    fresh = not before.strip() or before.rstrip()[-1:] in ",.;:!?\n("
    if house and (gap or part):
        stop = _street(text, low, after, sure=bool(part) or lives or fresh or lettered)
        if stop:
            return [(start, stop, "[address]")]
    if part:
        if not house:
            stop = _street(text, low, match.end(), sure=True) or _building(low, match.end())
        else:
            stop = _building(low, after)
        if stop:
            return [(start, stop, "[address]")]
        if lives and house:
            return [(start, match.end("house"), "[address]")]
    if lives and house and not part and re.search(r"\d[b-h]$", house):
        return [(start, match.end("house"), "[address]")]
    return []


def _street(text: str, low: str, at: int, sure: bool) -> int | None:
    """Where the street that begins here ends; `sure` where something in front shows an address."""
    words: list[tuple[str, int, int]] = []
    place = at
    for _ in range(6):
        match = _WORD.match(low, place)
        if not match:
            break
        words.append((match.group().rstrip("."), match.start(), match.end()))
        place = match.end()
        gap = re.match(r"[ .]{1,2}|, (?=[^\W\d_]+ )", low[place:place + 40])
        if not gap or (gap.group().startswith(",") and len(words) > 2):
            break
        place += gap.end()
    found = None
    for index, (word, start, end) in enumerate(words):
        if index == 0:
            if word in STREETS_FIRST and len(words) > 1 and (sure or words[1][0] not in NO_NAMES):
                return words[min(len(words), 2) - 1][2] if len(words) < 3 or words[2][0] in NO_NAMES else words[2][2]
            if word in NOT_IN_STREETS and not (word == "the" and len(words) > 1) and not (word in ("old", "new", "main", "right", "upper") and len(words) > 2):
                return None
            continue
        if word in STREETS or word in STREETS_AND_WORDS or (word == "st" and index == len(words) - 1):
            previous = words[index - 1][0]
            strong = word in STREETS and not (word == "close" and not sure)
            capital = text[start].isupper() and text[words[0][1]].isupper()
            if previous == "the" and not (sure or capital):
                break
            if strong or sure or capital:
                found = end
                following = words[index + 1][0] if index + 1 < len(words) else ""
                if following in STREETS and following not in NOT_IN_STREETS:
                    continue
                break
        elif word in NOT_IN_STREETS and word not in ("the", "of", "on", "old", "new", "by", "my", "well", "over") or (word in ("on", "of", "by", "my", "the") and not (sure and word in ("on", "of", "by", "the"))):
            break
    return found


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
        words += match.group() not in ("the", "old", "new")
        place = match.end() + 1 if low[match.end():match.end() + 1] == " " else len(low)
    return None


_NAMED = re.compile(r"\b(?:live|lives|living|stay|staying|reside) (?:at|in) |\b(?:my|our|the|his|her|home) (?:home )?address(?: is|'s| was|:)? ?:? ?")


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


def _year(house: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d ?", house or ""))
