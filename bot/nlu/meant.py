"""What of a message is meant, where it says besides what isn't, or is polite first: 'i asked about trousers, not hats' is about trousers.

Heads that add up words hear 'hats' as loudly as 'trousers'. Danger is looked for in the whole message all the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_FLAGS = re.IGNORECASE | re.DOTALL
_REST = r"(?P<rest>.+)$"
# 'lol no', 'what?? ', 'ok but': what people say before they correct.
_OPENS = (r"^\W*(?:(?:no+|nope|nah|sorry|look|ok(?:ay)?|but|well|er+m*|um+|lol|oh|listen|hang on|wait|what|pardon|yes|yeah|again|mate|love)"
          r"\b\W*)*")
_SAY = (r"(?:ask\w*|sa(?:id|ying|y)|mean(?:t|ing)?|talk\w*|on about|complain\w*|appl\w+|report\w*|want(?:ed|ing)?|need(?:ed)?|after|"
        r"writ\w+)")
# 'i said vapes', 'no i mean ban them', 'im asking if she can apply', 'what i asked was how much'.
_SAYS_AGAIN = re.compile(
    rf"{_OPENS}(?:what )?(?:i|we|i['’]?m|i am|i was|we['’]?re)\s*(?:just |only |actually )?"
    rf"(?:ask(?:ed|in|ing)|said|sayin[g]?|mean|meant|talking about|on about)\b(?:\s+(?:about|was|is|if|whether|that|for|u|you))*\W+{_REST}",
    _FLAGS)
# The same further on, where what stands before it is no more than what isn't meant: 'shes not missing!! im asking if …'.
# The first 'not' is as good as any: held fast, so that a long text is gone through once, not once for each.
_ASKS_AFTER = re.compile(
    r"^(?=(?P<denied>.*?\b(?:not|is ?n['’]?t|aint|did ?n['’]?t|do ?n['’]?t|was ?n['’]?t|never)\b))(?P=denied)"
    r".*?\b(?:i['’]?m|i am|i was)\s+(?:just |only )?"
    rf"(?:asking|askin|on about|talking about)(?:\s+(?:about|if|whether|for))*\W+{_REST}", _FLAGS)
# 'no thats for pcsos, i meant police officers', 'i havent had a fine!! i want to know who fines the dumpers'.
_MEANT_AFTER = re.compile(
    r"^\W*(?:no+|nope|nah|wrong|not that|(?:i|we|he|she|they)\s*(?:have ?n['’]?t|has ?n['’]?t|did ?n['’]?t))\b"
    r"[^.!?]{0,60}?[,.;!?]+\s*(?:but\s+)?(?:i|we)\s+(?:just |only |really |actually )?"
    rf"(?:meant?|asked|want(?:ed)? to know|need(?:ed)? to know)\b(?:\s+(?:about|if|whether|that))*\W+{_REST}", _FLAGS)
# 'im not applying for a job. does it count if …', 'I didn't ask for a name. Can the council pay?'
_NOT_THAT_FIRST = re.compile(
    rf"{_OPENS}(?:i|i['’]?m|i am|we|we['’]?re)\s*(?:did ?n['’]?t|am not|ai ?n['’]?t|not|do ?n['’]?t|was ?n['’]?t)\s+{_SAY}\b[^.!?,;]*?"
    rf"(?:[.!?,;]+\s*|\s+(?=(?:i|i['’]?m|it['’]?s|can|could|do|does|is|are|what|how|who|will|would)\b)){_REST}", _FLAGS)
# 'not plans, numbers'.
_NOT_THIS_THAT = re.compile(
    r"^\W*not\s+(?!sure|really|yet|too|quite|bad|at all|allowed)(?:the\s+)?[\w'’]+(?:\s+[\w'’]+){0,3}\s*[,.;]\s*(?:just\s+|the\s+|but\s+)?"
    + _REST, _FLAGS)
# ', not how many', ' not visit': behind what is said again, to the end of the sentence.
_NOT_BEHIND = re.compile(
    r"(?<![\s,;–-])[\s,;–-]+(?:and\s+)?not\s+(?!sure|yet|been|got|allowed|working|able|in\b|at\b)[^.!?]{2,60}(?=[.!?]|$)", re.IGNORECASE)
_THANKS = r"(?:thank\w*|th(?:n)?x|ty|cheers|ta|great|lovely|perfect|brill\w*|sound|fab)"
_POLITE = re.compile(
    rf"^\W*(?:(?:{_THANKS}|ok(?:ay)?|nice one|good|fair enough|alright|cool|no worries|got it|right|"
    r"that['’]?s (?:great|good|helpful|fine))\b\W*"
    r"(?:(?:you|u|very much|so much|a lot|a million|for that|for nothing|for this|for the info|then|love|mate|duck|pet|hun|bud|pal|bot)"
    rf"\b\W*)*)+{_REST}", _FLAGS)
# 'ok 101 then. will my licence help', 'fair. do I have to do nights': heard, and then something else is asked. Only words that tell
# nothing by themselves: in 'yes hes 14. can they search him' the first sentence is half of the question.
_HEARD = re.compile(
    r"^\W*(?:ok(?:ay)?|right|fair|fine|sound|cool|great|lovely|good|yeah|yes|yep|alright|aye|got it|i see)\b"
    r"(?:\s+(?:then|enough|so|now|that|it|thats|good|fine|great|ok|mate|love|got|makes|sense|i|ill|i['’]ll|will|do|ring|call|try|them|ask|"
    rf"101|one more thing|understood|never ?mind)\b){{0,4}}\s*[.!…]+\s*{_REST}", _FLAGS)
# 'you didnt answer me. the turban and the beard', 'not what i asked mate. what powers do they get'.
_COMPLAINS = re.compile(
    r"^\W*\b(?=[^.!?]*\b(?:answer\w*|asked|listen\w*|read|useless|rubbish|wrong|stupid|no (?:help|use)|keep|bot|again)\b)"
    r"(?:you|u|you['’]?re|ur|youve|your|this|that|that['’]?s|not|useless|rubbish|wrong|stupid|still|no)\b(?:\s+[\w'’]+){0,9}\s*[.!?…]+\s*"
    + _REST, _FLAGS)
_IS_THANKS = re.compile(rf"\b{_THANKS}\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:(?:and|so|but|also|one more thing|another question|now|then|ok|just|what about|how about)\W+)*"
    r"(?:what|whats|wot|when|where|wheres|who|whos|why|how|hows|which|can|could|do|does|did|is|are|am|will|would|should|has|have|may|any)\b",
    re.IGNORECASE)
_FEWEST_WORDS = 3
# 'can they arrest him yes or no', 'is it a yes or no' asks nothing but that.
_YES_OR_NO = re.compile(r"(?<=\w)\W+(?:(?:just|simple|please|its|it['’]?s|a)\W+)*yes (?:or|/) ?no\b[^.!?]{0,12}[.!?\s]*$", re.IGNORECASE)
_FEWEST_BESIDE_YES_OR_NO = 4


class Meant(NamedTuple):
    """What is meant, and whether something else was said not to be (what was answered last, as a rule)."""

    text: str
    corrects: bool


def meant(message: str, in_talk: bool) -> Optional[Meant]:
    """The part of `message` that is meant, None where that is all of it. `in_talk`: something was answered before, which may be corrected.

    >>> meant("i asked who decides not how many. essex btw", True)
    Meant(text='who decides. essex btw', corrects=True)
    >>> meant("great thanks. does she need to speak welsh", True)
    Meant(text='does she need to speak welsh', corrects=False)
    """
    corrected = _corrected(message) if in_talk else None
    if corrected:
        return Meant(corrected, True)
    complains = _COMPLAINS.match(message) if in_talk else None
    if complains and len(complains.group("rest").split()) >= _FEWEST_WORDS:
        return Meant(complains.group("rest").strip(), True)
    heard = _HEARD.match(message)
    if heard and len(heard.group("rest").split()) >= _FEWEST_WORDS and _ASKS.search(heard.group("rest")):
        return Meant(heard.group("rest").strip(), False)
    polite = _POLITE.match(message)
    if polite and _IS_THANKS.search(message[:polite.start("rest")]):
        rest = polite.group("rest").strip()
        if len(rest.split()) >= _FEWEST_WORDS and _ASKS.search(rest):
            return Meant(rest, False)
    yes_or_no = _YES_OR_NO.search(message)
    if yes_or_no and len(message[:yes_or_no.start()].split()) >= _FEWEST_BESIDE_YES_OR_NO:
        return Meant(message[:yes_or_no.start()], False)
    return None


def _corrected(message: str) -> Optional[str]:
    for pattern in (_ASKS_AFTER, _MEANT_AFTER, _NOT_THAT_FIRST, _SAYS_AGAIN, _NOT_THIS_THAT):
        found = pattern.match(message)
        if found:
            rest = found.group("rest").strip()
            again = _SAYS_AGAIN.match(rest)
            rest = again.group("rest").strip() if again else rest
            return _NOT_BEHIND.sub("", rest).strip(" ,;") or rest
    return None
