"""Cuts a message into parts that may each be a question of their own."""

from __future__ import annotations

import re
from typing import List, Tuple

# Words that open a question, and words of a request to be told something.
_IN_WHAT = r"(?:in|at|on|for|to|by|with|from)\s+(?:what|which|whom)"
_ASKING = (rf"{_IN_WHAT}|what|whats|what's|wot|wots|wat|wats|when|whens|wen|where|wheres|where's|who|whos|who's|why|how|hows|how's|which|"
           r"can|could|do|does|did|is|are|will|would|should|has|have|am|must|may|any|arent|aren't|isnt|isn't|dont|don't|doesnt|doesn't|cant|can't|"
           r"wont|won't")
# Where one question may end and another begin. A cut costs nothing: the classifier
# decides afterwards whether the parts say different things.
_SENTENCE_END = re.compile(r"(?<=[.?!;:])\s+|\s*\n\s*|\s+[-–—]\s+|\s*…\s*|\.\.+\s*")
# '1. how do I apply 2. how long is training', 'A) … B) …'.
_NUMBERED = re.compile(r"(?:^|(?<=\s))\(?([1-5][.)]|[a-e]\))\s*(?=\w)", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*,?\s+(?:and|amd|adn|an|nd|also|plus|oh|but|or|n|then|&)\s+(?:also\s+|then\s+)?"
    rf"(?=(?:{_ASKING}|if|tell|also|i want|i need|i would|id like)\b)|"
    rf"\s*,\s*(?:and\s+)?(?=(?:{_ASKING}|also)\b)",
    re.IGNORECASE)
_QUESTION = re.compile(
    r"\?|^\W*(?:(?:so|and|but|also|ok|hi|hello|hey|please|plz|pls|sorry|excuse me|just|basically|well|right|oh|btw|plus|then|or)\W+)*"
    rf"(?:{_ASKING}|tell me|explain|need to know|want to know|wondering|anyone know)\b",
    re.IGNORECASE)
# Within a part, what makes it ask without being put as a question: 'my mum is deaf so how does she call', 'I'd like to thank her'.
_ASKS_WITHIN = re.compile(
    r"\b(?:what|whats|wot|wat|how|hows|where|wheres|when|why|whether|if|is there|are there|any)\b|"
    r"\b(?:can|could|do|does|did|would|will|should|are|is|am|may|must)\s+(?:i|u|you|they|he|she|it|we|there|that|this|pcsos?|csos?)\b|"
    r"\b(?:want\w*|wanna|need\w*|like to|wish\w*|tell\w*|give me|describe|list|explain|yes\W*no|question|wonder\w*|looking|hoping|trying|"
    r"interested|please|pls|plz)\b",
    re.IGNORECASE)
# 'If I say no what can they do to me.'
_IF_FIRST = re.compile(r"if\b", re.IGNORECASE)
_FEWEST_TOLD = 3
# Who tells of a case names somebody or something in it, or what it was about; who types as into a search box ('stop and search powers')
# doesn't.
_OF_A_CASE = re.compile(
    r"^\W*(?:(?:it was|just|only|and|but|well|no|yes)\W+)*(?:for|because|cos)\b|"
    r"\b(?:i|ive|im|id|my|mine|me|he|hes|his|him|she|shes|her|we|weve|our|us|they|theyre|theyve|their|it|its|there|theres|was|were|had|got)\b",
    re.IGNORECASE)
_WHEN_IT_WAS = re.compile(r"(?<=\w )when (?=(?:i|he|she|we|they|it|my|the)\b)", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:can|could|may|might|must|shall|should|will|would)\b", re.IGNORECASE)
_VERBS = {"can", "could", "do", "does", "did", "is", "are", "will", "would", "should"}
_SUBJECTS = {"they", "i", "we", "you", "he", "she", "it", "pcsos", "csos", "a", "the", "them", "u"}
_IS_THERE = {("is", "there"), ("are", "there")}
# Words after which a verb and subject go on with the same question.
_LEADS = {"what", "whats", "when", "where", "who", "why", "how", "which", "and", "or", "if", "that", "know", "wot", "wat", "wen", "much",
          "many", "long", "far", "often", "old", "what's", "else", "powers", "things", "stuff", "kind", "time", "not", "but", "than", "as",
          "to", "of", "for", "in", "on", "with", "by", "from", "because", "cos", "who's", "there", "this"}
_CANNOT_STAND_BEFORE = _LEADS | _SUBJECTS
# 'In what ways | do they work with the council' is one question.
_ASKS_ON = re.compile(rf"(?:{_IN_WHAT}|what|which|how)\b", re.IGNORECASE)
_FEWEST_RUN_ON = 3
# Where a sentence may hold two questions without saying so: 'can they take my vape and fine me for it'.
_LOOSE_JOINT = re.compile(
    r"\s*[,/+]\s*(?:(?:and|or|but|then|likewise)\s+)?|\?\s*(?=\w)|\s+(?:and|n|&|plus|or|but|then|also|likewise|cos|cuz|amd|adn|nd)\s+",
    re.IGNORECASE)
# 'Stop and search' is one thing, 'try and get' another.
_HELD_TOGETHER = re.compile(
    r"\b(?:try|tries|trying|come|comes|go|goes|wait|sit)\W+(?:and|n|&)\W+\w+|"
    r"\b(?:stop(?:ped|s)?|(?:drunk|drink)\w*|health|names?|terms|pros|lost|arts|hide|search|signs?|trial)\W+(?:and|n|&|or|/)\W+"
    r"(?:s\w{0,3}rch\w*|disorderly|driv\w*|safety|address\w*|conditions|cons|found|crafts|seek|rescue|symptoms|error)\b", re.IGNORECASE)
# How the first half asks, which the second goes on with: 'do they guard scenes and give evidence'.
_OPENING = re.compile(
    r"^\W*(?:(?:so|and|but|also|ok|hi|hello|hey|please|sorry|well|do you know if|does anyone know if|i wonder if|wondering if|just)\W+)*"
    r"((?:can|could|do|does|did|will|would|should|may|must|are|is)\s+"
    r"(?:they|i|we|you|he|she|it|pcsos?|csos?|the\s+\w+|a\s+\w+|you\s+lot))\b", re.IGNORECASE)
_NO_VERB = {"the", "a", "an", "my", "his", "her", "their", "our", "your", "some", "any", "this", "that", "these", "those", "it", "them",
            "him", "me", "us", "you", "i", "he", "she", "they", "we", "if", "what", "when", "where", "who", "why", "how", "which", "can",
            "could", "do", "does", "did", "is", "are", "will", "would", "should", "not", "stuff", "things", "so", "to", "in", "on", "at",
            "for", "of", "with", "no", "its", "im", "ive", "whether", "was", "were", "has", "have", "had"}
_FEWEST_IN_PIECE = 3
# 'duties, training': in so short a message a word may be a question.
_LONGEST_LIST = 6
_NOUN = r"[^\W\d_]+(?:\s+[^\W\d_]+)??"
_LIST = re.compile(rf"(?=[^,/+]*\w\s*[,/+])\W*{_NOUN}(?:(?:\s*[,/+]\s*(?:(?:and|n|&)\s+)?|\s+(?:and|n|&)\s+){_NOUN})+\W*", re.IGNORECASE)
MOST_LOOSE_CUTS = 3
_POINTS_BACK = re.compile(r"\b(?:that|it|this|those|these|so)\b", re.IGNORECASE)
_LONGEST_LEANING = 6
FEWEST_WORDS = 2
# 'You do nights, right?': one word with a question mark that asks nothing of its own.
_TAGS = {"", "right", "yeah", "yes", "no", "ok", "okay", "please", "pls", "plz", "innit", "eh", "huh", "correct", "true", "really",
         "thanks", "ta", "anyone", "anybody", "hello", "hi", "hey", "mate", "lol", "then", "though", "tho", "why", "how", "when", "where",
         "who", "what", "sorry"}
MOST_PARTS = 12


def split(text: str) -> List[str]:
    """Parts of `text` in order, or an empty list where there is but one.

    >>> split("what do they earn and do I need to drive?")
    ['what do they earn', 'do I need to drive?']
    """
    text = _without_numbers(text)
    if _is_list(text):
        return _LOOSE_JOINT.split(text.strip(" ,;?"))
    parts: List[str] = []
    for sentence in _SENTENCE_END.split(text):
        for part in (piece for joined in _JOINT.split(sentence) for piece in _run_on(joined)):
            part = part.strip(" ,;-–—")
            if not part:
                continue
            if parts and (_says_little(parts[-1]) or _says_little(part) or _leans_on(parts[-1], part)):
                parts[-1] = f"{parts[-1]} {part}"
            else:
                parts.append(part)
    return parts[-MOST_PARTS:] if len(parts) > 1 else []


def _without_numbers(text: str) -> str:
    """A line for each of what is numbered, from one or a on."""
    numbers = "".join(number[0].lower() for number in _NUMBERED.findall(text))
    return _NUMBERED.sub("\n", text) if len(numbers) > 1 and ("12345".startswith(numbers) or "abcde".startswith(numbers)) else text


def loose_cuts(text: str) -> List[Tuple[str, ...]]:
    """Ways to cut `text` at joints that may join questions: in two at each of the first `MOST_LOOSE_CUTS`, and at all of them.

    Weaker evidence than `split`, for messages in which that finds nothing. What comes later is
    made whole with the opening of the first piece.

    >>> loose_cuts("can they take my vape and fine me for it")
    [('can they take my vape', 'can they fine me for it')]
    """
    fewest = 1 if len(text.split()) <= _LONGEST_LIST else _FEWEST_IN_PIECE
    held = [match.span() for match in _HELD_TOGETHER.finditer(text)]
    joints = [joint.span() for joint in _LOOSE_JOINT.finditer(text)
              if not any(start < joint.start() < end for start, end in held)]
    cuts = [_made_whole(text[:start], text[end:]) for start, end in joints]
    cuts = [cut for cut in cuts if min(len(piece.split()) for piece in cut) >= fewest][:MOST_LOOSE_CUTS]
    if 1 < len(joints) <= MOST_LOOSE_CUTS:
        begins, ends = [0, *(end for _, end in joints)], [*(start for start, _ in joints), len(text)]
        pieces = _made_whole(*(text[start:end] for start, end in zip(begins, ends, strict=True)))
        if all(pieces):
            cuts.append(pieces)
    return cuts


def _made_whole(first: str, *others: str) -> Tuple[str, ...]:
    """The pieces, those that begin with a verb behind the opening of the first: 'can they search me', 'can they fine me'."""
    first = first.strip(" ,;?")
    opening = _OPENING.match(first)
    pieces = [first]
    for piece in (other.strip(" ,;") for other in others):
        verb = re.match(r"[\w']+", piece)
        begins_with_verb = verb and verb.group().lower() not in _NO_VERB and not verb.group().lower().endswith(("ing", "ed"))
        pieces.append(f"{opening.group(1)} {piece}" if opening and begins_with_verb else piece)
    return tuple(pieces)


def _is_list(text: str) -> bool:
    """A few nouns in a row and no more: 'duties, training'."""
    few = len(re.findall(r"\w+", text)) <= _LONGEST_LIST
    return few and bool(_LIST.fullmatch(text)) and not is_question(text.strip(" ?"))


def _run_on(text: str) -> List[str]:
    """'can they nick me can they search me' → both: a new verb and subject where none can follow."""
    words = text.split()
    lower = [word.lower().strip(",.;") for word in words]
    asks_on = bool(_ASKS_ON.match(text))
    for index in range(_FEWEST_RUN_ON, len(words) - 2):
        if asks_on and not _VERBS & set(lower[:index]):
            continue
        subject = lower[index + 1] in _SUBJECTS or (lower[index], lower[index + 1]) in _IS_THERE
        if lower[index] in _VERBS and subject and lower[index - 1] not in _CANNOT_STAND_BEFORE:
            return [" ".join(words[:index]), *_run_on(" ".join(words[index:]))]
    return [text]


def _says_little(part: str) -> bool:
    """'Swindon.' belongs to what follows, 'please' to what stands before; 'Wage?' is a question."""
    words = part.lower().split()
    return len(words) < FEWEST_WORDS and not (part.endswith("?") and words[0].strip("?!. ") not in _TAGS)


def _leans_on(before: str, part: str) -> bool:
    """'I have arthritis in one hip, would that be a problem?': the question means nothing alone."""
    short = len(part.split()) <= _LONGEST_LEANING
    return short and bool(_POINTS_BACK.search(part)) and is_question(part) and not is_question(before)


def is_question(part: str) -> bool:
    """Whether `part` is put as a question or a request to be told something."""
    part = part.strip()
    return bool(_QUESTION.search(part) or _IF_FIRST.match(part) and _ASKS_WITHIN.search(part[len("if"):]))


def is_told(part: str) -> bool:
    """Whether `part` only tells something, which a question beside it is about: 'a PCSO took my bike'."""
    return not is_question(part) and len(part.split()) >= _FEWEST_TOLD and not _ASKS_WITHIN.search(part)


def tells_of_a_case(text: str) -> bool:
    """Whether `text`, all that a message says, tells of somebody's case and asks nothing: 'it was when he was small'."""
    return is_told(_WHEN_IT_WAS.sub("", text)) and bool(_OF_A_CASE.search(text)) and not _MODAL.search(text)
