"""What one message asks, read from the tracker: the only place that knows Rasa's dicts."""

from __future__ import annotations

import re
from typing import Any, Collection, Container, Iterable

import msgspec
from msgspec import Struct
from rasa_sdk import Tracker

from knowledge.normalising import normalise

# Words that carry no question of their own: what is left of 'and in Dorset then?' is nothing.
_FILLER = frozenset(
    "a an and in on at for from of to the about abt bout what whats wat wats wot how hows same is it its there then now also ok "
    "okay so but or no not nope sorry pls please thanks oh i im me my mine meant mean actually wait hang said say one ones over "
    "across round near nr police force area constabulary does that this ones too as well with you do if are they we u r n hmm um er "
    "right yes yeah sure county town city centre center try instead rather else dont live question again wrong neighbouring "
    "neighbour neighbours nearby next other though tho alright well just mate love duck erm anyway guess suppose think matters "
    "matter".split())
_NATIONS = {"wales": "wales", "welsh": "wales", "cymru": "wales", "england": "england", "english": "england"}
_STATEMENT = re.compile(r"\b(live|lives|living|work in|works in|work at|works at|uni in|stay in|staying in|based|moved|moving|from|"
                        r"my (?:force|area|police|postcode|town)|i ?['’]?a?m (?:in|at|near|over in|up in|down in|out in)|"
                        r"we ?['’]?a?re (?:in|at|near)|near me|local)\b")
_QUESTION_WORDS = "what|whats|wot|who|whos|how|can|could|do|does|are|when|where|why|which|will|would|should"
_PUTS_A_QUESTION = re.compile(rf"\b(?:{_QUESTION_WORDS})\b")
_ASKS = re.compile(rf"\b(?:{_QUESTION_WORDS}|is|any|tell|want|need)\b")
_CONTINUES = re.compile(r"^\W*(?:and|what about|how about|also|same for|but what|ok and|or)\b")
_ASKS_ON_FOR = re.compile(r"^\W*(?:(?:and|ok|also|same|but|what about|how about)\W+)+"
                          r"(?:for|in|at|near|over in|down in|up in)\s+(?:the\s+)?")
_LONGEST_FOLLOW_UP = 6
# What was told in so many replies isn't told again in full: they still see it.
SAID_REPLIES = 3
# So many of their messages are the story behind the next.
STORY_MESSAGES = 2
# Words that tell nothing of what is asked, besides filler; of the others the ending is cut ('tickets', 'ticket').
_TELLS_NOTHING = frozenset(
    "pcso pcsos cso csos officer officers can any some get got getting have has had been being be was were will would should "
    "could may might must did done doing his her their them he she him who why when where which thing things stuff someone "
    "somebody anyone really even only still ever never all much many lot more less than think know said told ask asked asking "
    "tell mean means meant make makes want need give gives take takes come comes goes going let lets put use used like gonna "
    "wanna cos because while until every each other others off out over down away back after before with without into about "
    "under onto just well also too this these those theyre youre thats its hes shes ive youve dont doesnt didnt isnt arent "
    "wont cant couldnt wouldnt shouldnt lol".split())
_ENDING = re.compile(r"(?:ings?|ed|es|s|ly)$")
_FEWEST_LETTERS = 3
_COMPARATIVES = frozenset(
    "compare compared comparison between versus vs differ differs difference differences different more less fewer better worse best "
    "worst higher lower highest lowest stricter longer shorter easier harder".split())
_BESIDE_COMPARATIVES = frozenset("than as with which who has have both".split())
# What a person says of the place that they don't mean.
_NOT_MEANT = (r"(?:\bnot(?: live)?|\bdon['’]?t live|\bnor|\bisnt|\bisn't|\binstead of|\brather than|\bused to live in|"
              r"\blived in|\bmoved from|\bleft|\bmoving from)\s+(?:in\s+|from\s+|the\s+)*")
_YES_OR_NO = re.compile(r"\byes or (?:a )?no\b|\bis that a (?:yes|no)\b")
# 'Even kids?', 'on Sundays too': what was said holds for these, or nobody says so.
_SAME_OF = re.compile(r"^\W*(?:(?:and|so|but|ok)\W+)*(?:even|also|same (?:for|with)|including|what about|how about)\b|"
                      r"\b(?:too|as well|also)\W*$")
# What 'yes' or 'no' answers, and what it doesn't.
_WHETHER = re.compile(r"\b(?:do|does|did|can|could|is|are|am|will|would|should|may|has|have|wo|ca)(?:n?['’]?t)?\s+\w+")
_WHICH_OR_HOW = re.compile(r"\b(?:what|whats|wot|how|hows|who|whos|where|wheres|when|whens|why|which)\b")
# 'Tell me more', rather than 'says who'.
_WANTS_MORE = re.compile(r"\b(?:more|else|go on|carry on|rest|details?|further|elaborate|expand)\b")
_CORRECTION = re.compile(r"^\W*(?:no\b(?! idea| clue)|nope|not\b|i meant|i mean|wrong)|\bmeant\b")
# 'sorry, Devon', 'actually we moved to Preston', but not 'sorry to bother you, I live in Derby near Nottingham'.
_EXCUSE = re.compile(r"^\W*(?:sorry|wait|actually)\b")


class Place(Struct, frozen=True):
    """A force or place named in the message; `forces` likeliest first, `written` as it was typed.

    `is_force`: it names a force, or a county of one.
    """

    label: str
    forces: tuple[str, ...]
    certain: bool
    written: str = ""
    is_force: bool = False

    def settled_by(self, named: Collection[str]) -> Place:
        """The place with those of its forces that are `named` beside it, certain where that is one; as it is where none of them is."""
        fitting = tuple(force for force in self.forces if force in named)
        if not fitting or fitting == self.forces and len(fitting) > 1:
            return self
        return msgspec.structs.replace(self, forces=fitting, certain=len(fitting) == 1)


class Asked(Struct, frozen=True):
    """One question of the message, with the places named in it. `leans`: what it means was told by the answer before it, too.

    `point`: the particular question within the topic, None where it is about the topic as a whole. `particular`: the one that stands
    out, should it not be about that. `surely`: neither another point nor the whole comes near the one that was found. `told`: it
    only tells something ('I had a stroke in 2020').
    """

    topic: str
    confidence: float
    places: tuple[Place, ...] = ()
    leans: bool = False
    point: str | None = None
    # Other points of the topic that may be meant, likeliest first.
    near: tuple[str, ...] = ()
    particular: str | None = None
    surely: bool = True
    told: bool = False


class Told(Struct, frozen=True):
    """What the last reply answered, and the words by which that was asked (`words_in`)."""

    topic: str
    force: str | None = None
    point: str | None = None
    words: tuple[str, ...] = ()


class Turn(Struct, frozen=True):
    """One message as understood, and the thread so far."""

    text: str
    intent: str
    asked: tuple[Asked, ...]
    places: tuple[Place, ...]
    ranking: tuple[tuple[str, float], ...]
    alarm_level: str
    language: str
    force: str | None
    topic: str | None
    pending: dict[str, Any]
    # None where the last reply answered nothing.
    told: Told | None = None
    alarm_kinds: tuple[str, ...] = ()
    # The keys of the texts of each of the last replies, the latest last.
    said: tuple[tuple[str, ...], ...] = ()
    # The talk before was about danger.
    alarm_talk: bool = False
    # Their last messages that asked something, the latest last.
    story: tuple[str, ...] = ()

    @property
    def only_names_a_place(self) -> bool:
        """'and in Dorset?', 'the met', 'no, I meant Devon': a place and nothing asked."""
        if not self.places:
            return False
        return not self._words_beside_places() - _FILLER

    @property
    def _words_of_places(self) -> set[str]:
        return {word for place in self.places for word in normalise(f"{place.label} {place.written}").split()}

    def _words_beside_places(self) -> set[str]:
        return set(normalise(self.text).split()) - self._words_of_places

    @property
    def telling_words(self) -> set[str]:
        """What the message is about, as `words_in` gives it, without its places."""
        return words_in(" ".join(self._words_beside_places()))

    @property
    def nation(self) -> str | None:
        """'wales the same?', 'the welsh one': a nation with PCSOs and nothing else asked."""
        words = set(normalise(self.text).split()) - _FILLER
        named = {_NATIONS.get(word) for word in words}
        return named.pop() if len(named) == 1 and words else None

    @property
    def states_where(self) -> bool:
        """'I live in Derby', rather than a bare 'Derby', 'and in Derby?', 'and for Derby please, my brother lives there'."""
        said = self.text.lower()
        led = _ASKS_ON_FOR.match(said)
        asks_on = bool(led) and any(said[led.end():].startswith((place.written or place.label).lower()) for place in self.places)
        return bool(_STATEMENT.search(said)) and not asks_on

    @property
    def asks(self) -> bool:
        """Whether anything is put as a question."""
        return "?" in self.text or bool(_ASKS.search(self.text.lower()))

    @property
    def is_short(self) -> bool:
        """Whether so few words can hardly stand for themselves."""
        return len(self.text.split()) <= _LONGEST_FOLLOW_UP

    @property
    def continues(self) -> bool:
        """'and on fines?', 'what about pay': short, and leaning on what was said before."""
        return self.is_short and bool(_CONTINUES.search(self.text.lower()))

    @property
    def asks_yes_or_no(self) -> bool:
        """'so is that a yes or a no'."""
        return bool(_YES_OR_NO.search(self.text.lower()))

    @property
    def asks_whether(self) -> bool:
        """'do they visit schools', and not 'how long till they do'."""
        text = self.text.lower()
        return self.asks_yes_or_no or bool(_WHETHER.search(text)) and not _WHICH_OR_HOW.search(text)

    @property
    def asks_again(self) -> bool:
        """The question that was just answered, in the same words."""
        return bool(self.telling_words) and self.told is not None and self.telling_words == set(self.told.words)

    @property
    def wants_more(self) -> bool:
        """'tell me more', 'anything else', and not 'says who', 'why'."""
        return bool(_WANTS_MORE.search(self.text.lower()))

    @property
    def asks_the_same_of(self) -> bool:
        """'even kids?', 'and on Sundays too'."""
        return bool(_SAME_OF.search(self.text.lower()))

    @property
    def compares(self) -> bool:
        """Whether a word of comparing is said: 'than', 'more', 'compare'."""
        return bool(set(normalise(self.text).split()) & (_COMPARATIVES | {"than"}))

    @property
    def only_tells(self) -> bool:
        """'I had a stroke in 2020', 'he is in a home now': nothing is asked, not even 'and in Kent'."""
        return len(self.asked) == 1 and self.asked[0].told and not self.asks_the_same_of and not self.continues

    @property
    def only_compares(self) -> bool:
        """'is that more than in Kent', 'compare Kent and Essex': which topic is meant was said before."""
        words = self._words_beside_places() - _FILLER
        said = normalise(self.text)
        compares = set(said.split()) & _COMPARATIVES or "same as" in said  # 'same for Kent?' asks the same again
        return bool(compares) and not words - _COMPARATIVES - _BESIDE_COMPARATIVES

    @property
    def corrects(self) -> bool:
        """'no, I meant Devon'."""
        said = self.text.lower()
        only_says_where = self.only_names_a_place or len(self.places) == 1 and not self.asks
        return bool(_CORRECTION.search(said)) or only_says_where and bool(_EXCUSE.search(said))


def words_in(text: str) -> set[str]:
    """The words of `text` that tell what it is about, without their endings."""
    words = (word for word in normalise(text).split() if len(word) >= _FEWEST_LETTERS and word not in _FILLER | _TELLS_NOTHING)
    return {_ENDING.sub("", word) if len(word) > _FEWEST_LETTERS + 1 else word for word in words}


def known_to(turn: Turn, forces: Container[str]) -> Turn:
    """The turn without forces that aren't among `forces`: a release may have taken one away, or Rasa know it before the facts do."""
    def known(places: Iterable[Place]) -> tuple[Place, ...]:
        kept = ((place, tuple(force for force in place.forces if force in forces)) for place in places)
        return tuple(msgspec.structs.replace(place, forces=left, certain=place.certain or len(left) == 1) for place, left in kept if left)

    told = turn.told if turn.told is None or turn.told.force is None or turn.told.force in forces else None
    pending = {key: [force for force in value if force in forces] if key in ("forces", "compared") else value
               for key, value in turn.pending.items()}
    return msgspec.structs.replace(turn, force=turn.force if turn.force in forces else None, told=told, places=known(turn.places),
                                   pending=pending,
                                   asked=tuple(msgspec.structs.replace(asked, places=known(asked.places)) for asked in turn.asked))


def puts_a_question(text: str) -> bool:
    """Whether `text` has a question word; 'I want to join' has none, and a question mark isn't looked at."""
    return bool(_PUTS_A_QUESTION.search(text.lower()))


def read(tracker: Tracker) -> Turn:
    """The turn that the tracker's latest message opens."""
    message = tracker.latest_message or {}
    text = message.get("text") or ""
    named = _places(entity for entity in message.get("entities") or () if entity.get("entity") == "force")
    places = _settled_by_county(text, _meant(text, named))
    meant = {place.label: place for place in places}
    alarm = message.get("alarm") or {}
    told = tracker.get_slot("told")
    return Turn(
        text=text,
        intent=(message.get("intent") or {}).get("name") or "unclear",
        asked=tuple(Asked(question["topic"], question["confidence"],
                          tuple(meant[place.label] for place in _places(question.get("places")) if place.label in meant),
                          question.get("leans", False),
                          question.get("point"),
                          tuple(question.get("near") or ()),
                          question.get("particular"),
                          question.get("surely", True),
                          question.get("told", False))
                    for question in message.get("questions") or ()),
        places=places,
        ranking=tuple((item["name"], item["confidence"]) for item in message.get("intent_ranking") or ()),
        alarm_level=alarm.get("level", "none"),
        alarm_kinds=tuple(alarm.get("kinds") or ()),
        language=alarm.get("language", "en"),
        force=tracker.get_slot("force"),
        topic=tracker.get_slot("topic"),
        pending=tracker.get_slot("pending") or {},
        told=msgspec.convert(told, Told) if isinstance(told, dict) else None,
        said=_kept(tracker.get_slot("said"), tuple[tuple[str, ...], ...]),
        alarm_talk=bool(tracker.get_slot("alarm_talk")),
        story=_kept(tracker.get_slot("story"), tuple[str, ...]),
    )


def now_said(turn: Turn, keys: Iterable[str]) -> list[list[str]]:
    """The slot `said` after a reply: the keys of the texts of the last replies, this one's last."""
    return [*map(list, turn.said), list(keys)][-SAID_REPLIES:]


def now_asked(turn: Turn) -> list[str]:
    """The slot `story` after a message that asked something: the next is read behind it (bot/nlu/reader.py)."""
    return [*turn.story, turn.text][-STORY_MESSAGES:]


def _kept(slot: Any, shape: type) -> Any:
    """The value of a slot as a tuple of this shape; an empty one for what isn't of it, such as an older version kept."""
    try:
        return msgspec.convert(slot or (), shape)
    except msgspec.ValidationError:
        return ()


def _meant(text: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Without the places that are only named to be ruled out: 'in Essex, not Kent', 'I moved from Kent to Essex'."""
    def is_ruled_out(place: Place) -> bool:
        written = re.escape(place.written.lower())
        return bool(written) and bool(re.search(rf"{_NOT_MEANT}{written}\b|\bfrom\s+{written}\s+to\b", text.lower()))

    return tuple(place for place in places if not is_ruled_out(place)) or places


def _settled_by_county(text: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """'Newport, Isle of Wight' is one place, and whose is settled by what stands behind it."""
    for place in places:
        for county in places:
            behind = rf"{re.escape(place.written.lower())}\W+(?:(?:in|on|near|the)\W+)*{re.escape(county.written.lower())}\b"
            settles = not place.is_force and county.is_force and county.forces[0] in place.forces and re.search(behind, text.lower())
            if settles and not _or_another(text, county, places):
                settled = place.settled_by(county.forces[:1])
                return tuple(settled if other is place else other for other in places if other is not county)
    return places


def _or_another(text: str, county: Place, places: tuple[Place, ...]) -> bool:
    """'Gillingham in Kent or Dorset' settles nothing."""
    others = (other for other in places if other.is_force and other is not county)
    return any(re.search(rf"\bor\b.*\b{re.escape(other.written.lower())}\b", text.lower()) for other in others)


def _places(items: Any) -> tuple[Place, ...]:
    return tuple(Place(item["label"], tuple(item["forces"]), item["certain"], item.get("text", ""), item.get("is_force", False))
                 for item in items or ())
