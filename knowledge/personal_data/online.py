"""Links that carry a secret, and mail addresses however they are spelt."""

from __future__ import annotations

import re

from knowledge.personal_data.text import has_any, replace, shadow
from knowledge.personal_data.words import (MAIL_PROVIDERS, MAIL_PROVIDERS_AND_WORDS, NO_NAMES, PUBLIC_DOMAINS,
                                           PUBLIC_MAILBOXES)

_LINK = re.compile(r"(?:\b[a-z][a-z0-9+]{1,9}://|\bwww\.)[^\s<>\x00]+|(?<![\w.@-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/[^\s<>\x00]+")
_SECRET = re.compile(
    r"\?[^\s]*[\w%]"                                     # a query
    r"|#[^\s]*=[^\s]"                                    # the same behind '#'
    r"|^(?:[a-z0-9+]+://)?[^/?#\s@]*@"                   # user and password before the host
    r"|/@?-?\d{1,3}\.\d{3,},-?\d"                        # a place on a map
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|;jsessionid|[/.=](?:token|key|sig|auth|session|invite|reset)[=/]\w")
# A short link, 'bit.example/3xYzTok': whatever it leads to is for one person. Seen in the text as written, for its capitals.
_SHORT = re.compile(r"(?:[a-z]+://)?[\w-]+(?:\.[\w-]+){1,2}/(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{5,12}/?")
_LONGEST_LINK = 500
_LONGEST_MAILBOX = 160
_MAIL_HINTS = ("@", "dot", "(at", "[at", "{at", "( at", "[ at", "<at", "g mail", "hot mail", "out look", *MAIL_PROVIDERS)
_DOTTED = re.compile(r"[a-z2]\.[a-z]| \. ?[a-z]")
_END = ".,;:!?)]}'\"*"

def _any_of(words: frozenset[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


# Left of the sign, and joined to it: bounded, so that a long run of letters costs nothing.
_MAILBOX = re.compile(r"[\w.+'&%-]{1,64}$")
_IN_MAILBOX = re.compile(r"[\w.+'&%-]")
_MAILBOX_ALONE = re.compile(r"[\w+-]{1,40}[._\d][\w.+-]{1,40}$")
_DOT = r"\s?(?:\.|\(dot\)|\[dot\]|\{dot\}|(?<=\s)dot(?=\s)|,(?=com|co\b))\s?"
_ENDS = (r"(?:co\.uk|co|com|uk|net|org|me|gov|police|nhs|ac|eu|ie|io|info|biz|pl|ro|de|fr|es|it|pt|in|pk|wales|cymru|"
         r"scot|london|email|dev|app|xyz|online|uk\.com)")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_SPACED_HOST = re.compile(rf"\s?[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,3}}?(?:{_DOT}{_ENDS}){{1,2}}(?![\w-])")
_END_OF_HOST = rf"(?:{_DOT}{_ENDS}(?![\w-]))"
_PROVIDED = re.compile(rf"\s?(?:(?:g mail|hot mail|out look|bt internet|{_any_of(MAIL_PROVIDERS)})(?![a-z0-9]){_END_OF_HOST}{{0,3}}"
                       rf"|(?:{_any_of(MAIL_PROVIDERS_AND_WORDS)}){_END_OF_HOST}{{1,3}})")
_AT = re.compile(r"@|\s?[(\[{<]\s?(?:at|@)\s?[)\]}>]\s?|(?<=\s)at(?=\s)"
                 r"|(?<=[a-z0-9])\s(?=g ?mail|hot ?mail|yahoo|outlook|icloud)")
_SPELT_OUT = re.compile(r"(?:[\w+-]{1,40}(?:\s?(?:\.|\(dot\)|_|-)\s?"
                        r"|\s(?:dot|underscore|under score|dash|hyphen|point)\s)){0,4}[\w.+'-]{1,64}\s?$")


def redact_links(text: str) -> str:
    """Takes out links with a query, a token or a password; plain links to public pages stay."""
    if "/" not in text and "www" not in text.lower():
        return text
    spans = []
    for match in _LINK.finditer(shadow(text)):
        link = match.group().rstrip(_END)
        start, end = match.start(), match.start() + len(link)
        if (len(link) > _LONGEST_LINK or _SHORT.fullmatch(text, start, end) or _SECRET.search(link)
                or any(map(_is_token, re.split("[/.=]", link)))):
            spans.append((start, end, "[link]"))
    return replace(text, spans)


def _is_token(part: str) -> bool:
    """'x7Kd93…' is made by a machine, for one person; 'cuts-to-pcsos-in-2024' is a page."""
    return len(part) >= 20 and part.count("-") < 3 and any(map(str.isdigit, part)) and any(map(str.isalpha, part))


def redact_mail(text: str) -> str:
    """Takes out mail addresses, also 'jane (at) …' and 'jane at gmail dot com'; offices' stay."""
    low = shadow(text)
    if not has_any(low, _MAIL_HINTS) and not ("." in low and _DOTTED.search(low)):
        return text
    spans = []
    for sign in _AT.finditer(low):
        span = _mail(low, sign)
        if span:
            spans.append((*span, "[email]"))
    return replace(text, spans)


def _mail(low: str, sign: re.Match) -> tuple[int, int] | None:
    """Where the address around this sign begins and ends."""
    left, right, said = max(0, sign.start() - _LONGEST_MAILBOX), sign.end(), sign.group().strip()
    joined = said in ("@", "") and left < sign.start() and _IN_MAILBOX.match(low, sign.start() - 1)
    box = _MAILBOX.search(low, left, sign.start()) if joined else None
    if said == "@":
        host = box and _HOST.match(low, right) or _SPACED_HOST.match(low, right) or _PROVIDED.match(low, right)
    elif said == "at":
        host = _PROVIDED.match(low, right)
        if not host and " dot " in low[right:right + _LONGEST_MAILBOX]:
            host = _SPACED_HOST.match(low, right)
            if host and " dot " not in host.group():
                return None  # 'have a look at police.uk'
        if not host:
            # 'jo.bloggs at example.com': no word of a sentence looks like that.
            box = _MAILBOX_ALONE.search(low, left, sign.start() - 1)
            host = box and _SPACED_HOST.match(low, right)
        if host and re.search("police|gov|www", host.group()):
            return None
    elif said:
        host = _SPACED_HOST.match(low, right) or _PROVIDED.match(low, right)
    else:  # no sign at all: 'jane84 gmail.com'
        host = _PROVIDED.match(low, right)
        if not host or ".co" not in host.group() or not box or box.group().strip("'.") in NO_NAMES:
            return None
    box = host and (box or _spelt_out(low, left, sign.start()))
    if not box or box.group() in PUBLIC_MAILBOXES and host.group().strip(" .").endswith(PUBLIC_DOMAINS):
        return None
    start = box.end() - len(box.group().lstrip(".'&% "))
    end = host.start() + len(host.group().rstrip(". -"))
    return (start, end) if start < sign.start() else None


def _spelt_out(low: str, left: int, end: int) -> re.Match | None:
    # The window starts in front of a word, so that no half word is taken for a mailbox.
    while left > 0 and left < end and low[left - 1].isalnum():
        left += 1
    return _SPELT_OUT.search(low, left, end)
