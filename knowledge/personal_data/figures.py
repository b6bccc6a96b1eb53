"""Telephone, card and bank numbers, in figures, in words and in both.

Figures, number words and the letter o are read as one chain as long as only blanks, dashes,
dots and the like stand between them; then it is looked where in the chain such a number begins
and ends. Only numbers as long as a whole one count, so times, years, 101 and 0800 1111 stay;
shorter ones count where the words in front say what they are.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Iterator

from knowledge.personal_data.text import Span, has_any, has_figures, replace, shadow
from knowledge.personal_data.words import PUBLIC_NUMBERS

_UNITS = {"zero": "0", "oh": "0", "o": "0", "oo": "00", "ooo": "000", "nought": "0", "naught": "0", "nowt": "0", "nil": "0",
          "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
          "nine": "9", "won": "1", "fore": "4", "sevn": "7", "sevan": "7", "ate": "8", "niner": "9", "hundred": "00", "thousand": "000",
          "hundrid": "00", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
          "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19"}
_TENS = {"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
         "eighty": "8", "ninety": "9"}
_TIMES = {"double": 2, "dubble": 2, "dbl": 2, "treble": 3, "triple": 3}
_ATOM = re.compile(
    r"(?P<figures>(?:(?<![^\W_])[ol]{1,3}(?=\d))?\d(?:\d|[ol](?![a-km-np-z]))*)"
    rf"|(?<![^\W\d_])(?P<word>{'|'.join(sorted([*_UNITS, *_TENS, *_TIMES], key=len, reverse=True))})(?![^\W\d_])")
_GAP = re.compile(r"[\s\-.()\[\]/,+_*~|:;'\"]{0,4}")
_AND = re.compile(r",?\s(?:and|then|an)\s|\s?\.{1,3}\s")
# Within a chain these are whole: a date, and the two ends of a shift.
_WHOLE = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)(?![\d]|[/.-]\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-4])[.:][0-5]\d ?(?:am|pm|hrs)? ?(?:-|to|till?|until) ?(?:[01]?\d|2[0-4])[.:][0-5]\d(?!\d)"
    r"|(?<!\d)(?<!\d-)(?:[01]\d|2[0-4])[0-5][05] ?(?:-|to|till?|until) ?(?:[01]\d|2[0-4])[0-5][05](?!\d|-\d)")
# Services that everybody may know; a chain with one of them is a list of them.
_SERVICES = frozenset("999 101 112 111 105 116 119 123 159 18000 18001 18002 61016 0800 0808 7726 85258".split())

_NUMBER_WORD = r"(?:number|numbers|numba|numb|num|nmbr|nr|no|digits)"
_IS = r"(?:(?: is| are| was|'s|s| on| at| its| it's| to|\s?[:=#-]|,|\.| now| new| 4| for){0,3}\s{0,2})"
_TOLD = {
    "security": re.compile(rf"\b(?:cvv2?|cvc|security code|pin(?: {_NUMBER_WORD}| code)?|passcode){_IS}$"),
    "sort": re.compile(rf"\b(?:sort ?-?code|sortcode|s/c)(?: {_NUMBER_WORD})?{_IS}$"),
    "account": re.compile(rf"\b(?:account {_NUMBER_WORD}|bank account|(?:acct?|a/c|iban)(?: {_NUMBER_WORD})?)\.?{_IS}$"),
    "card": re.compile(rf"\b(?:card|visa|mastercard|amex|debit|credit|maestro)(?: {_NUMBER_WORD}| long number)?{_IS}$"),
    "phone": re.compile(
        rf"(?:\b(?:phone|fone|mobile|mob|moby|mobil|tel|telephone|cell|landline|land line|whats ?app|home|contact)(?: {_NUMBER_WORD})\.?"
        rf"|\b(?:my|his|her|their|our|me) (?:new |old |work |home )?{_NUMBER_WORD}\.?|\b(?:mob|mobile|tel|telephone|landline|whats ?app)\.?"
        rf"|\b(?:ring|call|text|txt|phone|bell|contact|message|reach|get) (?:me|us|him|her|them|back)(?: back)?){_IS}$"),
}
_SORT_CODE = re.compile(r"\b(?:sort ?-?code|s/c)[^\d\n\x00]{0,24}(\d\d[ ./-]{0,3}\d\d[ ./-]{0,3}\d\d)(?!\d)")
_SORT_AND_ACCOUNT = re.compile(r"(?<![\d/.-])(\d\d([ -])\d\d\2\d\d)[ ,/;:&-]{1,3}"
                               r"(?:(?:and|account|acc|acct|a/c|number|no|is)[ .:]{1,2}){0,3}(\d{8}|\d{4} \d{4})(?!\d)")
_PAIR = re.compile(r"\d\d \d\d \d\d")
# Without one of these no number that is only spelt out can begin.
_SPOKEN = ("zero", "oh", "nought", "naught", " o ", "double", "triple", "treble", "num", " no", "nil", "plus", "me on")
# No number has more figures.
_MOST_ATOMS = 24
_WINDOW = 40  # what the words in front can fill
_INSTEAD = {"security": "[security code]", "sort": "[sort code]", "account": "[account number]", "card": "[card number]",
            "phone": "[phone number]"}
_QUARTERS = re.compile(r"(?:[01]\d|2[0-4])(?:00|15|30|45)$")


class _Atom(str):
    """Figures as text, with the place they were read at and how they were written."""

    start: int
    end: int


def redact(text: str) -> str:
    """Takes out telephone, card, sort code, account and security numbers."""
    low = shadow(text)
    if not has_figures(low):
        if not has_any(low, _SPOKEN):
            return text
    elif "-" in low or "s/c" in low or "code" in low or _PAIR.search(low):
        text = _redact_bank(text, low)
        low = shadow(text)
    spans: list[Span] = []
    for chain in _chains(low):
        if sum(map(len, chain)) >= 3:
            spans += _numbers(low, chain)
    return replace(text, spans)


def _redact_bank(text: str, low: str) -> str:
    """Sort codes first: '12-04-56' could be a date, and with the account it has as many figures as a telephone number."""
    spans = [(*match.span(1), _INSTEAD["sort"]) for match in _SORT_CODE.finditer(low)]
    for match in _SORT_AND_ACCOUNT.finditer(low):
        spans += [(*match.span(1), _INSTEAD["sort"]), (*match.span(3), _INSTEAD["account"])]
    return replace(text, spans)


def _chains(low: str) -> Iterator[list[_Atom]]:
    whole = deque(match.span() for match in _WHOLE.finditer(low)) if "-" in low or "/" in low or "." in low or "t" in low else deque()
    chain: list[_Atom] = []
    times, held, end = 1, None, 0
    for match in _ATOM.finditer(low):
        start = match.start()
        while whole and whole[0][1] <= start:
            whole.popleft()
        inside = bool(whole) and whole[0][0] <= start
        gap = low[end:start] if start - end <= 6 else "?"
        joined = bool(_GAP.fullmatch(gap)) or bool(_AND.fullmatch(gap)) and match.lastgroup == "word"
        if (chain or held is not None) and (inside or not joined):
            if chain:
                yield chain
            chain, times, held = [], 1, None
        end = match.end()
        if inside:
            continue
        word = match.group()
        if word in _TIMES:
            times, held = _TIMES[word], start
            continue
        figures = _figures(match, word, chain)
        if times > 1:
            figures = figures[:1] * (times - 1) + figures
        atom = _Atom(figures)
        atom.start, atom.end = start if held is None else held, end
        chain.append(atom)
        times, held = 1, None
    if chain:
        yield chain


def _figures(match: re.Match, word: str, chain: list[_Atom]) -> str:
    if match.lastgroup == "figures":
        return word.replace("o", "0").replace("l", "1")
    if word in _TENS:
        return _TENS[word] + "0"
    if len(_UNITS[word]) == 1 and chain and len(chain[-1]) == 2 and chain[-1][1] == "0" and chain[-1][0] in "23456789":
        # 'twenty three': the nought of twenty gives way.
        before = _Atom(chain[-1][0])
        before.start, before.end = chain[-1].start, chain[-1].end
        chain[-1] = before
    return _UNITS[word]


def _numbers(low: str, chain: list[_Atom]) -> Iterator[Span]:
    told = _told(low, chain[0].start)
    at = 0
    while at < len(chain):
        kind, count = _begins(low, chain, at, told if at == 0 else None)
        if kind is None:
            at += max(1, count)
            continue
        if kind == "phone" and "".join(chain[at:at + count]) in PUBLIC_NUMBERS:
            at += count
            continue
        first, last = chain[at], chain[at + count - 1]
        start = first.start
        while start > 0 and low[start - 1] in "+(":
            start -= 1
        yield start, last.end, _INSTEAD[kind]
        at += count
        told = "account" if kind == "sort" else None
        if told and at < len(chain) and len(chain[at]) in (7, 8):
            yield chain[at].start, chain[at].end, _INSTEAD["account"]
            at += 1


def _told(low: str, at: int) -> str | None:
    window = low[max(0, at - _WINDOW):at].rstrip("+( ") + " "
    for kind, pattern in _TOLD.items():
        if pattern.search(window):
            return kind
    # 'sort code and account: 12-34-56 and 12345678'
    return "account" if re.search(r"\x00[\s,;:&/-]{0,3}(?:and |account |acc )?(?:is )?$", window) else None


def _begins(low: str, chain: list[_Atom], at: int, told: str | None) -> tuple[str | None, int]:
    """The kind of number that begins at this atom and how many atoms it has; or None and how many to pass over."""
    digits, ends = "", []  # ends[n]: figures in the first n + 1 atoms
    rest = chain[at:at + _MOST_ATOMS + 1]  # one more than counts, which shows that the chain goes on
    for atom in rest[:_MOST_ATOMS]:
        digits += atom
        ends.append(len(digits))
        if len(digits) > _MOST_ATOMS:
            break
    before = low[chain[at].start - 1] if chain[at].start else " "
    if before in "£$€#":
        return None, 1

    def fits(*lengths: int) -> int:
        return next((ends.index(length) + 1 for length in lengths if length in ends), 0)

    if told == "security" and ends[0] <= 8:
        return "security", fits(3, 4, 6, 5) or 1
    if told == "sort" and fits(6):
        return "sort", fits(6)
    if told == "account" and fits(8, 7, 6, 9, 10) and not (fits(10, 11) and _phone(rest, digits, ends, False, fits, at == 0)):
        return "account", fits(8, 7, 6, 9, 10)
    plus = "+" in low[max(0, chain[at].start - 2):chain[at].start]
    count = 0 if plus else _card(rest, digits, ends, told == "card", at == 0)
    if count:
        return "card", count
    if len(chain[at]) == 2 and fits(14) == 4 and [len(atom) for atom in chain[at:at + 4]] == [2, 2, 2, 8]:
        return "sort", 3
    if digits.startswith(("03", "08", "09")) and not (told == "phone" and digits[1] == "9"):
        return None, fits(11, 10)
    if told == "phone" and 9 <= ends[-1] <= 13 and len(ends) == len(chain):
        return "phone", len(ends)  # a slip of the finger included
    count = _phone(rest, digits, ends, plus, fits, whole=at == 0)
    if not count and told == "phone" and 6 <= ends[-1] <= 16 and chain[at] not in _SERVICES:
        count = len(ends)
    return ("phone", count) if count else (None, 1)


def _phone(chain: list[_Atom], digits: str, ends: list[int], plus: bool, fits, whole: bool) -> int:
    if plus:
        if digits.startswith("44"):
            return fits(12, 13, 11, 14, 10)
        return fits(12, 11, 13, 10, 14, 15, 9)
    if digits.startswith("07"):
        return fits(11, 10, 12, 9, 13) or (len(chain[0]) >= 9)
    if digits.startswith("00") and digits[2:3] not in ("", "0"):
        return fits(14, 13, 15, 12, 16, 11)
    if digits.startswith(("01", "02", "05")):
        return fits(11, 10) if not (digits[1] == "5" and 11 not in ends) else 0
    if digits.startswith("44") and digits[2:3] in ("1", "2", "7", "0"):
        return fits(13 if digits[2] == "0" else 12)
    if digits[:1] == "7" and digits[1:2] not in ("", "0") and whole and ends[-1] == 10 and len(chain) <= 5:
        return len(ends)
    return 0


def _card(chain: list[_Atom], digits: str, ends: list[int], told: bool, whole: bool) -> int:
    if digits[:1] not in tuple("3456" + "2") or ends[-1] < 12:
        return 0
    lengths = [len(atom) for atom in chain[:6]]
    for length in (16, 15, 19, 18, 17, 14, 13, 12):
        if length not in ends:
            continue
        count = ends.index(length) + 1
        alone = whole and count == len(ends) == len(chain)
        grouped = lengths[:4] == [4, 4, 4, 4] or lengths[:3] == [4, 6, 5]
        if not (told or alone or grouped) or (length < 15 and not told and not (alone and length > 12 and _luhn(digits[:length]))):
            continue
        times = all(len(atom) == 4 and (_QUARTERS.match(atom) or atom[:2] in ("19", "20")) for atom in chain[:count])
        likely = digits[0] in "3456" and length in (15, 16) and (count == 1 or grouped)
        if not times and (told or likely or _luhn(digits[:length])):
            return count
    return 0


def _luhn(digits: str) -> bool:
    """The check sum of card numbers."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)) % 10 == 0
