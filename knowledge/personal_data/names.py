"""Names, where the words around tell that it is one: 'my name is …', 'im called …', 'regards, …'."""

from __future__ import annotations

import re
from typing import Iterator

from knowledge.personal_data.text import Span, has_any, replace, shadow
from knowledge.personal_data.words import (GIVEN_NAMES, GIVEN_NAMES_AND_WORDS, NEVER_IN_NAMES, NO_NAMES, PLACES, SURNAMES_AND_WORDS)

_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*'?(?!\w)")
_PARTICLES = frozenset("van von der den de la le du da di dos das del al el ap ab ferch bin ibn bint abu ul ur st saint mc mac o ten "
                       "ter".split())
# Single letters that are words in text speak, no initials.
_LONE = frozenset("aiurnykx")
_TITLE = r"(?:mr|mrs|ms|mx|miss|mister|dr|doctor|prof|professor|rev|reverend|cllr|councillor|sir|dame|lady|lord|master)"
# Titles that are ordinary words too: 'miss the old days', 'sir can you help'.
_TITLES_AND_WORDS = frozenset("miss sir lady lord master doctor dame".split())
_FILLING = re.compile(r"(?:[ :,=\"'(-]*(?:(?:is|was|actually|just|simply|still|really|obviously|called|its|it's|yes|erm|er|um|"
                      rf"pc|pcso|officer|{_TITLE})(?![^\W_])\.?)){{0,3}}[ :,=\"'(-]{{0,3}}")
_PERSON = (r"(?:man|woman|boy|girl|lad|lass|lady|bloke|blokes|guy|fella|chap|kid|child|person|someone|somebody|neighbou?r|mate|"
           r"friend|ex|partner|husband|wife|son|daughter|brother|sister|mum|mom|dad|nan|uncle|aunt|auntie|cousin|boyfriend|"
           r"girlfriend|bf|gf|landlord|landlady|boss|teacher|officer|pcso|constable|sergeant|dealer|lodger|tenant|driver|rider|stepdad|"
           r"stepmum|baby|victim|suspect|one)")
_NAME_OF_OTHERS = re.compile(r"\b(?:street|road|town|city|village|place|force|company|business|firm|school|pub|shop|brand|user|site|area|"
                             r"file|domain|product|estate|college|church|station|park|app|group|page|scheme|dog|cat|band|song|game|"
                             r"team|operation)(?:'?s)?\s*$")

# What stands in front of a name. Behind these any word counts that isn't an ordinary one.
_OPEN = re.compile(
    r"\b(?:(?:sur|fore|nick|user)?(?:name|nam|nmae|naem|nane)s?(?: here)?(?: in full)?(?:'s\b| is| iz| are| was| be)"
    r"|(?:sur|fore|nick)?name ?[:=-]|(?:applicant|candidate|complainant|witness) ?:"
    r"|(?:my|mi|me|his|her|full|first|last) names|surname|forename"
    r"|(?:i am|i'?m|im|we are|we're|he'?s|she'?s|he is|she is|they are|they're|they call me|who'?s|who is|is also|was) (?:called|named)"
    r"|(?:by|under|with) the name(?: of)?|goes by|go by|known as|(?:aka|a\.k\.a\.?)"
    rf"|{_PERSON}(?: (?:who|that|which))?(?:'?s| is| was)? (?:called|named)"
    r"|enw i (?:yw|ydy|ydi)|nazywam si[eę]|mam na imi[eę]|me llamo|mi nombre es|je m'appelle|mon nom est|mi chiamo"
    r"|m[aă] numesc|m[aă] cheam[aă]|numele meu (?:e|este)|meu nome [eé]|chamo-me|me chamo|ich hei(?:ss|ß)e|mein name ist"
    r"|ad[ıi]m|mera naa?m|magacaygu waa|mano vardas)(?![^\W_])")
# One of these is in all that _OPEN finds.
_HINTS = ("nam", "applicant", "candidate", "complainant", "witness",
          "nmae", "naem", "nane", "called", "goes by", "go by", "known as", "aka", "a.k.a", "enw i", "llamo", "nombre",
          "m'appelle", "mon nom", "chiamo", "numesc", "cheam", "numele", "chamo", "heis", "heiß", "nazywam",
          "mam na", "adım", "adim", "magac", "vardas")
_INTRODUCED = re.compile(r"\b(?:this is|this's|its|it's|it is)(?= )")
_AFTER_INTRODUCED = re.compile(r"[ ,]{1,2}(?:speaking|calling|here|writing|typing|again)(?![^\W_])")
# Behind these, and behind thanks, only what is hardly anything but a name.
_I_AM = re.compile(r"\b(?:i am|i'?m|im|this is|it's|its|it is|me is|call me|(?:full|first|last|given|middle|maiden|family|birth|real) name"
                   r"|(?:^|(?<=[,;.] )|(?<=and ))name)(?= )")
# Behind these also two words that nobody knows, written like a name, or one where a number, an address … follows.
_LIKELY = re.compile(r"\b(?:i am|i'?m|im|names?|(?P<this>this is)|(?P<call>call me))(?: is)? (?=[^\W\d_])")
_DETAILS_FOLLOW = re.compile(r"[ ,;:/.(-]{1,3}(?:(?:and|my|is|of|at|on|number|num|no|nr|tel|phone|mob|mobile|e-?mail|e|dob|d\.o\.b|"
                             r"postcode|pc|address)\b[ .:]{1,2}){0,3}\x00")
_AFTER_THIS = re.compile(r",? (?:from|of|at|calling|speaking|here|again)\b")
_TITLED = re.compile(rf"\b({_TITLE})\.? (?=[^\W\d_])")
_SPEAKING = re.compile(r"(?:^|[.!?;,] ?|\b(?:hi|hello|hiya|hey),? )(?=(?:[^\W\d_]+ ){1,3}(?:speaking|here)\b)")
_SIGNED = re.compile(r"\b(?P<surely>regards|wishes|sincerely|faithfully|truly|rgds|signed)?(?(surely)|(?:thanks|thank you|"
                     r"thankyou|cheers|thx|ta|love|from|yours|diolch|hwyl))(?![^\W_])[ ,.!:\n-]{1,4}")
_ENDED = re.compile(r"[\s.!,x)(]*(?:$|[\x00(]|[,.] ?(?:tel|mob|aged|flat))")
_DASHED = re.compile(r"(?:^| )[-~/] ?(?=[^\W\d_]+(?: [^\W\d_]+)?[.! ]*$)")
_BLANKS = re.compile(r"\.? {1,2}|\. ?")
# 'my name is misspelt' is in the lists, 'misleading' and 'unpronounceable' need not be.
_NO_NAME_ENDING = re.compile("(?:ing|tion|sion|ness|able|ible|ful|less|ment|ous|ally|ised|ized|ated|tted|cked)$")
_SURNAME = re.compile(r" ((?=[A-ZÀ-ÞŁŚŻŹĆŞȘȚČŠŽ])[^\W\d_]+)")
_NO_SURNAMES = NO_NAMES - SURNAMES_AND_WORDS
_MAY_OR_WILL = re.compile(r" (?:be|not|i|we|have|get|it)\b", re.IGNORECASE)
_NOT_ELSEWHERE = NO_NAMES | _PARTICLES | GIVEN_NAMES_AND_WORDS
_ENDS_LINE = NEVER_IN_NAMES - {"of", "to"}
_MOST_WORDS = 4


def redact(text: str) -> str:
    """Takes out names behind words that tell, and the same names wherever else they stand."""
    low = shadow(text)
    spans = list(_spans(text, low))
    if not spans:
        return text
    places = [(start, end) for start, end, _ in spans]
    again = {word for start, end in places for word in _WORD.findall(low[start:end])
             if len(word) > 2 and word not in _NOT_ELSEWHERE}
    return replace(text, [*spans, *_elsewhere(low, again)]) if again else replace(text, spans)


def _elsewhere(low: str, words: set[str]) -> Iterator[Span]:
    start = end = -1
    for match in _WORD.finditer(low):
        word = match.group().rstrip("'").removesuffix("'s")
        if word not in words:
            continue
        if start >= 0 and low[end:match.start()] == " ":
            end = match.start() + len(word)
            continue
        if start >= 0:
            yield start, end, "[name]"
        start, end = match.start(), match.start() + len(word)
    if start >= 0:
        yield start, end, "[name]"


def _spans(text: str, low: str) -> Iterator[Span]:
    for match in _OPEN.finditer(low) if has_any(low, _HINTS) else ():
        if "name" in match.group() and _NAME_OF_OTHERS.search(low, max(0, match.start() - 20), match.start()):
            continue
        yield from _name(text, low, match.end())
    for match in _TITLED.finditer(low):
        written = text[match.start(1)].isupper() and text[match.end()].isupper()
        if match.group(1) in _TITLES_AND_WORDS and not (written or _I_AM.search(low, max(0, match.start() - 10), match.start())):
            continue
        yield from _name(text, low, match.end(), capitals=True)
    for match in _INTRODUCED.finditer(low):
        for start, end, instead in _name(text, low, match.end()):
            if _AFTER_INTRODUCED.match(low, end) and low[start:end].replace("-", " ") not in PLACES:
                yield start, end, instead
    for match in _SPEAKING.finditer(low) if "here" in low or "speaking" in low else ():
        yield from (span for span in _name(text, low, match.end(), known=True) if _AFTER_INTRODUCED.match(low, span[1]))
    for match in _I_AM.finditer(low):
        yield from _name(text, low, match.end(), known=True)
    for match in _LIKELY.finditer(low):
        yield from _likely(text, low, match)
    for match in _SIGNED.finditer(low):
        surely = match.group("surely") or match.group().rstrip()[-1] in ",.!:-"
        for start, end, instead in _name(text, low, match.end(), known=not surely):
            if _ENDED.match(low, end):
                yield start, end, instead
    for match in _DASHED.finditer(low):
        yield from _name(text, low, match.end(), known=True)


def _likely(text: str, low: str, told: re.Match) -> Iterator[Span]:
    """The name behind 'I'm …', 'name …', 'this is …' or 'call me …' where its words or what follows show that it is one."""
    if _NAME_OF_OTHERS.search(low, max(0, told.start() - 20), told.start()):
        return
    for start, end, instead in _name(text, low, told.end()):
        words = text[start:end].split()
        like_a_name = len(words) > 1 and all(word[0].isupper() for word in words) and not text.isupper()
        if told.group("this"):
            like_a_name = like_a_name and bool(_AFTER_THIS.match(low, end))
        elif told.group("call"):
            like_a_name = words[0][0].isupper() and not text.isupper()
        if like_a_name or _DETAILS_FOLLOW.match(low, end) and words[0].lower() not in NEVER_IN_NAMES:
            yield start, end, instead


def _name(text: str, low: str, at: int, known: bool = False, capitals: bool = False) -> Iterator[Span]:
    """The name that begins at this place, if any; with `known` only one that is hardly anything else.

    With `capitals` a name that begins with one ends before a word without: 'Mrs Pugh maintains'.
    """
    place = _FILLING.match(low, at).end() if not known else at + (low[at:at + 1] == " ")
    start, end, words = place, None, 0
    while words < _MOST_WORDS:
        match = _WORD.match(low, place)
        if not match:
            break
        word = match.group().rstrip("'.").removesuffix("'s")
        stop = match.start() + len(word)
        capital = text[match.start()].isupper() and not text.isupper()
        if word in _LONE and not capital:
            verdict = False
        elif len(word) == 1 and (word not in "ai" or low[stop:stop + 1] == "."):
            verdict = not (known and not words)
        elif word in _PARTICLES:
            verdict = None
        elif not words:
            verdict = _may_begin(text, match, word, capital, known)
        elif capitals and text[start].isupper() and not capital and not text.isupper():
            verdict = False
        else:
            verdict = _may_go_on(text, low, match, word, capital, words)
        if verdict is False:
            break
        if verdict:
            words += 1
            end = stop
        if stop < match.end():
            break
        gap = _BLANKS.match(low, match.end())
        if not gap or gap.group().startswith(".") and len(word) > 2:
            break
        place = gap.end()
    if end and low[start:end].strip():
        yield start, end, "[name]"


def _may_begin(text: str, match: re.Match, word: str, capital: bool, known: bool) -> bool:
    """Whether a name can begin with this word."""
    if known:
        first = word.split("-")[0]
        if first in GIVEN_NAMES:
            return True
        surname = _SURNAME.match(text, match.end())
        return capital and first in GIVEN_NAMES_AND_WORDS and bool(surname) and surname.group(1).lower() not in _NO_SURNAMES
    if word in GIVEN_NAMES or word in GIVEN_NAMES_AND_WORDS:
        return capital or word not in ("may", "will") or not _MAY_OR_WILL.match(text, match.end())
    return word not in NO_NAMES and (capital or len(word) < 7 or not _NO_NAME_ENDING.search(word))


def _may_go_on(text: str, low: str, match: re.Match, word: str, capital: bool, words: int) -> bool:
    """Whether a name of so many words can have this one too."""
    if word in NEVER_IN_NAMES:
        return False
    if word not in NO_NAMES:
        return words < 3 or capital
    if capital and text[match.start():match.end()].istitle():
        return words < 3
    if word in SURNAMES_AND_WORDS or word in GIVEN_NAMES_AND_WORDS:
        following = _WORD.match(low, match.end() + 1)
        return words < 2 and (not following or low[match.end():match.end() + 1] != " " or following.group() in _ENDS_LINE
                              or following.group() not in NO_NAMES)
    return False
