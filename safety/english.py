"""Danger told in English: what is happening, to whom, when, and how it is asked.

Four layers of data, applied in this order:
1. idioms.yml  takes out words that only sound dangerous ('my feet are killing me');
2. events.yml  finds what is happening, each with the level it has on its own;
3. frames.yml  finds how it is told (past, if, a question about the role, a job, a film, now);
4. `_weigh`    sets the level of each event by the frames that govern its place.
Beside them who.yml says who writes and who does it, for the help that fits; it changes no level.
"""

from __future__ import annotations

from typing import Literal, Optional

from msgspec import Struct

from safety import data, patterns
from safety.alarm import RANK, Alarm
from safety.lexicon import Lexicon
from safety.spelling import Speller
from safety.stretches import Marks, Stretches, ahead
from safety.text import plain, raw_tokens

# Under these nothing is happening now, so the words of the lexicon don't count.
SILENCING = frozenset({"past", "recent", "if", "role", "job", "general", "story", "asks", "habit"})


class Event(Struct, forbid_unknown_fields=True):
    """One group in events.yml; its comments say what the keys mean."""

    kinds: list[str]
    level: Literal["always", "grave", "alarm", "perhaps", "either", "hint"]
    say: list[str]


class EventsFile(Struct, forbid_unknown_fields=True):
    lists: dict[str, list[str]]
    events: dict[str, Event]


class Who(Struct, forbid_unknown_fields=True):
    """One group in who.yml."""

    kinds: list[str]
    say: list[str]


class WhoFile(Struct, forbid_unknown_fields=True):
    lists: dict[str, list[str]]
    who: dict[str, Who]


class Frame(Struct, forbid_unknown_fields=True):
    """One group in frames.yml."""

    meaning: Literal["now", "here_now", "past", "recent", "if", "role", "job", "general", "story", "asks", "ask_for_help", "habit",
                     "not_now", "not_here_now", "not_past", "not_recent", "not_if", "not_role", "not_job", "not_general",
                     "not_story", "not_asks", "not_habit"]
    reach: Literal["message", "sentence", "clause", "after", "on"]
    say: list[str]


class FramesFile(Struct, forbid_unknown_fields=True):
    frames: dict[str, Frame]


class IdiomsFile(Struct, forbid_unknown_fields=True):
    idioms: list[str]


class Reach(Struct, frozen=True):
    """A frame and the stretches of the joined words that it reaches; `onward` has them from the frame itself on."""

    name: str
    meaning: str
    stretches: Stretches
    onward: Stretches

    def governs(self, event: patterns.Found) -> bool:
        """Whether an event is told under this frame."""
        # An 'if' inside the event's own words is part of it: 'nobody would care if I died'.
        if self.meaning == "if":
            return self.onward.touch(event.start, event.start + 1)
        return self.stretches.touch(event.start, event.end)


class English:
    """The compiled layers; `check` is the only thing to call."""

    def __init__(self, folder=data.FOLDER):
        self.speller = Speller()
        events = data.load("events.yml", EventsFile, folder)
        frames = data.load("frames.yml", FramesFile, folder)
        idioms = data.load("idioms.yml", IdiomsFile, folder)
        who = data.load("who.yml", WhoFile, folder)
        self.events = events.events
        self.frames = frames.frames
        lists = {**events.lists, **who.lists}
        self._lists = {name: _expand(name, lists) for name in lists}
        self._events = self._compile("events.yml", {n: e.say for n, e in self.events.items()})
        self._frames = self._compile("frames.yml", {n: f.say for n, f in self.frames.items()})
        self._idioms = self._compile("idioms.yml", {"idiom": idioms.idioms})
        self.who = who.who
        self._who = self._compile("who.yml", {n: w.say for n, w in self.who.items()})
        near = (folder / "near_words.txt")
        real = near.read_text(encoding="utf-8").split() if near.exists() else []
        self._lexicon = Lexicon(folder)
        in_patterns = (self._events.words | self._frames.words | self._idioms.words | self._lexicon.words)
        self.speller.learn(in_patterns, real)
        self.known_words = in_patterns | frozenset(real)

    def _compile(self, file: str, groups: dict[str, list[str]]) -> patterns.PatternSet:
        compiled = []
        for name, sources in groups.items():
            for source in sources:
                try:
                    compiled.append(patterns.compile_pattern(name, source, self._lists, self.speller.spell_phrase))
                except patterns.PatternError as error:
                    raise data.SafetyDataError(f"data/safety/{file}: under '{name}': {error}") from error
        return patterns.PatternSet(compiled)

    def words(self, text: str) -> list[str]:
        """The message in the patterns' spelling."""
        return [word for word in self.speller.spell(raw_tokens(plain(text))) if word not in patterns.FILLERS]

    def check(self, text: str) -> Alarm:
        """The alarm of a message that is read as English."""
        words = self.words(text)
        if not words:
            return Alarm(language="en")
        joined = " " + " ".join(words)
        idioms = Stretches((found.start, found.end) for found in self._idioms.find(joined, words))
        frames = self._reaches(joined, words)
        also = tuple(dict.fromkeys(kind for found in self._who.find(joined, words) for kind in self.who[found.name].kinds))
        spoken = [verdict for event in self._events.find(joined, words)
                  if (verdict := self._weigh(event, frames, idioms)) is not None]
        told = max(spoken, key=lambda verdict: RANK[verdict.level], default=None)
        if told is None or told.level != "emergency":
            silencing = [frame for frame in frames if frame.meaning in SILENCING]
            silent = Stretches(span for part in (idioms, *(frame.stretches for frame in silencing)) for span in part)
            counted = self._lexicon.weigh(words, silent, any(frame.meaning not in ("past", "recent") for frame in silencing))
            if counted is not None and (told is None or RANK[counted.level] > RANK[told.level]):
                spoken.append(counted)
        if not spoken:
            return self._no_event(frames, also)
        top = max(RANK[verdict.level] for verdict in spoken)
        leading = [verdict for verdict in spoken if RANK[verdict.level] == top]
        first = leading[0]
        return Alarm(
            level=first.level, kinds=tuple(dict.fromkeys(kind for verdict in leading for kind in verdict.kinds)),
            about=first.about, why=tuple(dict.fromkeys(name for verdict in leading for name in verdict.why)),
            settled=all(verdict.settled for verdict in leading), also=also)

    def _no_event(self, frames: list[Reach], also: tuple[str, ...]) -> Alarm:
        meanings = {frame.meaning for frame in frames}
        about = ("if" if "if" in meanings else "past" if meanings & {"past", "recent"} else
                 "now" if "now" in meanings else "general")
        return Alarm(about=about, why=tuple(dict.fromkeys(frame.name for frame in frames)), also=also)

    def _reaches(self, joined: str, words: list[str]) -> list[Reach]:
        """The frames of a message, each once."""
        found = list(self._frames.find(joined, words))
        if not found:
            return []
        sentences, clauses, whole = Marks(joined, _SENTENCE_ENDS), Marks(joined, _CLAUSE_ENDS), len(joined) + 1
        spans: dict[str, list[tuple[int, int, int]]] = {}
        cancelled: dict[str, list[tuple[int, int]]] = {}
        for frame in found:
            meaning = self.frames[frame.name].meaning
            start, end = _stretch(self.frames[frame.name].reach, frame, sentences, clauses, whole)
            if meaning.startswith("not_"):  # 'not sure if', 'sorry if': an if that asks nothing
                cancelled.setdefault(meaning[len("not_"):], []).append((start, end))
            else:
                spans.setdefault(frame.name, []).append((start, frame.start, end))
        cancels = {meaning: Stretches(places) for meaning, places in cancelled.items()}
        result = []
        for name, places in spans.items():
            meaning = self.frames[name].meaning
            if meaning in cancels:
                places = [place for place in places if not cancels[meaning].touch(place[1], place[1] + 1)]
            if places:
                result.append(Reach(name, meaning, Stretches((start, end) for start, _, end in places),
                                    Stretches((at, end) for _, at, end in places)))
        return result

    def _weigh(self, event: patterns.Found, frames: list[Reach], idioms: Stretches) -> Optional[Alarm]:
        """One event in its surroundings; None where it is only a way of speaking."""
        if idioms.touch(event.start, event.end):
            return None
        rule = self.events[event.name]
        governing = [frame for frame in frames if frame.governs(event)]
        meanings = {frame.meaning for frame in governing}
        level, about = _level(rule.level, meanings)
        return Alarm(level=level, kinds=tuple(rule.kinds), about=about,
                     why=(event.name, *dict.fromkeys(frame.name for frame in governing)), settled=rule.level == "either")


def _level(level: str, meanings: set[str]) -> tuple[str, str]:
    """The level and the time of an event under the frames that govern it.

    Levels in events.yml: 'always' (panic: stands in the past and beside a question about the role),
    'grave' (an emergency even when it was last night), 'alarm' (one unless a frame says otherwise), 'perhaps' (an emergency only with a
    sign of now), 'either' (never more than perhaps), 'hint' (nothing unless there is a sign of now; then perhaps).
    """
    here = "here_now" in meanings
    alive = bool(meanings & {"now", "ask_for_help"})
    now = here or alive
    if "story" in meanings:
        return ("perhaps" if level == "always" and now else "none"), "general"
    if "job" in meanings:
        return ("perhaps" if level == "always" else "none"), "general"
    if "if" in meanings and not here:
        return ("perhaps" if level == "always" and now else "none"), "if"
    if "role" in meanings and not here and "ask_for_help" not in meanings:
        return ("perhaps" if level == "always" else "none"), "general"
    if meanings & {"general", "asks"} and not here and "ask_for_help" not in meanings and level != "always":
        return "none", "general"
    if "past" in meanings and not alive:
        return ("perhaps" if level == "always" else "none"), "past"
    if "recent" in meanings and not alive and level not in ("always", "grave"):
        return "none", "past"
    if "habit" in meanings and level == "alarm":
        return "perhaps", "now"
    if level in ("always", "grave", "alarm"):
        return "emergency", "now"
    if level == "either":
        return "perhaps", "now"
    if level == "perhaps":
        return ("emergency" if now else "perhaps"), "now"
    return ("perhaps" if now else "none"), "now"


def _stretch(reach: str, frame: patterns.Found, sentences: Marks, clauses: Marks, whole: int) -> tuple[int, int]:
    """How far a frame reaches: 'message' (as long as `whole`), 'sentence', 'clause' (between commas), 'after' (to the
    end of its clause) or 'on' (to the end of its sentence)."""
    if reach == "message":
        return 0, whole
    marks = clauses if reach in ("after", "clause") else sentences
    following = marks.first_from(frame.end)
    start = frame.start if reach in ("after", "on") else marks.last_to(frame.start + 1)
    return start, whole if following is None else following + 1


_ENDS = (" . ", " ? ", " ! ", " but ", " anyway ", " please help ")
_SENTENCE_ENDS = ahead(*_ENDS)
# Without a comma too: 'do PCSOs come out there is a man with a knife'.
_CLAUSE_ENDS = ahead(*_ENDS, " , ", " because ", " and now ", " there is ", " he is ", " she is ", " they are ", " i am ",
                     " someone is ", " as one ", " is one ")


def _expand(name: str, lists: dict[str, list[str]], seen: tuple[str, ...] = ()) -> list[str]:
    """The entries of a list, those of lists it names by '<other>' included."""
    result: list[str] = []
    for entry in lists[name]:
        if entry.startswith("<") and entry.endswith(">"):
            other = entry[1:-1]
            if other not in lists or other in seen or other == name:
                raise data.SafetyDataError(f"data/safety/events.yml: list '{name}' names '{other}', which is not a "
                                           "list or names it back")
            result.extend(_expand(other, lists, (*seen, name)))
        else:
            result.append(entry)
    return result
