"""The small pattern language of data/safety, and a fast way to run hundreds of patterns.

    he has got a <weapon>       words, in order; <weapon> is any entry of that list
    (kick|smash)ing             not possible: write (kicking|smashing)
    [a|the] knife               one of these, or nothing
    smash*                      any ending: smash, smashed, smashing
    someone ... my house        up to four words between
    ^help$                      the whole message; ^ its beginning, $ the end of a sentence
    <young> & (missing|gone)    both, in either order, up to seven words apart in one sentence

Fillers ('really', 'bloody') don't count; one 'just', 'still' or 'now' may stand between two places.

Patterns are matched against words joined by single blanks, each with a blank before it.
"""

from __future__ import annotations

import re
from typing import Callable, Iterable, Iterator

from msgspec import Struct

GAP = r"(?: (?!(?:\.|\?|!|but|because) )[^ ]+){0,4}?"
APART = r"(?: (?!(?:\.|\?|!|but|because|if|when) )[^ ]+){0,7}?"
# Words that change nothing: left out of messages and patterns alike before they are compared.
FILLERS = frozenset("really actually literally fucking bloody totally completely absolutely basically definitely "
                    "quite er um uh erm oh kinda suddenly very flipping effing frigging frickin freaking properly "
                    "obviously honestly genuinely also".split())
# One of these may stand between two places of a pattern.
BETWEEN = "(?: (?:just|still|now|all|so|even|been)(?= ))?"
# Too common to choose a pattern by.
COMMON = frozenset(
    "a an the i me my is am are was has have had been be being it he she they we you your his her their him them "
    "to of in on at for and or not do does did dont can cant will would with this that there what up out off "
    "someone man get got from by so just please . , ? ! ^ $".split())

_LIST = re.compile(r"<([a-z_]+)>")
_PIECE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|<([a-z_]+)>|(\.\.\.)|(\^)|(\$)|([^\s()\[\]<>^$]+)")


class PatternError(ValueError):
    """A pattern that doesn't follow the small language; the message quotes it."""


class Pattern(Struct, frozen=True):
    """One compiled pattern. `keys` and `stems`: one of these words must be there for a match."""

    name: str
    expression: re.Pattern
    keys: frozenset[str]
    stems: frozenset[str]
    words: frozenset[str]


def compile_pattern(name: str, source: str, lists: dict[str, list[str]],
                    spell: Callable[[str], str] = lambda words: words) -> Pattern:
    """Compiles one pattern. `spell` brings its words into the form that messages have.

    Raises `PatternError`.
    """
    halves = source.split(" & ")
    if len(halves) > 2:
        raise PatternError(f"'{source}': only one & in a pattern")
    bodies, choices, words = [], [], set()
    for half in halves:
        body, must, used = _half(half, lists, spell)
        bodies.append(body)
        choices += must
        words |= used
    if len(bodies) == 2:
        expression = f"(?:{bodies[0]}(?= ){APART}{bodies[1]}|{bodies[1]}(?= ){APART}{bodies[0]})"
    else:
        expression = bodies[0]
    keys, stems = _keys(choices)
    return Pattern(name=name, expression=re.compile(expression + "(?= |$)"), keys=keys, stems=stems,
                   words=frozenset(word.rstrip("*") for word in words if len(word) > 1))


def _half(source: str, lists: dict[str, list[str]],
          spell: Callable[[str], str]) -> tuple[str, list[list[str]], set[str]]:
    """Regular expression, the choices that must be there, and all words of one side of an &."""
    parts: list[str] = []
    must: list[list[str]] = []
    words: set[str] = set()
    position = 0
    for match in _PIECE.finditer(source):
        if source[position:match.start()].strip():
            raise PatternError(f"'{source}': can't read '{source[position:match.start()].strip()}'")
        position = match.end()
        choice, option, list_name, gap, begin, end, word = match.groups()
        if gap:
            parts.append(GAP)
        elif begin:
            parts.append(r"^(?: [.,!?])*")
        elif end:
            parts.append(r"(?=(?: [.!?,])| ?$)")
        else:
            if list_name:
                options = [f"<{list_name}>"]
            else:
                options = (choice if choice is not None else option if option is not None else word).split("|")
            phrases = [spell(item.strip()) for option_text in options for item in _named(option_text, lists, source)]
            optional = option is not None or "" in phrases
            phrases = [kept for phrase in phrases if (kept := _without_fillers(phrase))]
            if not phrases:
                continue
            for phrase in phrases:
                words.update(phrase.split())
            body = "|".join(_phrase(phrase) for phrase in sorted(set(phrases), key=len, reverse=True))
            if parts and not parts[-1].startswith("^"):
                parts.append(BETWEEN)
            parts.append(f"(?:{body})(?= |$)" if not optional else f"(?:(?:{body})(?= |$))?")
            if not optional:
                must.append(phrases)
    if source[position:].strip():
        raise PatternError(f"'{source}': can't read '{source[position:].strip()}'")
    if not must:
        raise PatternError(f"'{source}': a pattern needs at least one word that must be there")
    return "".join(parts), must, words


def _named(text: str, lists: dict[str, list[str]], source: str) -> list[str]:
    """A choice with its <lists> written out: 'my <kin>' → 'my mum', 'my dad', …"""
    match = _LIST.search(text)
    if match is None:
        return [text]
    if match.group(1) not in lists:
        raise PatternError(f"'{source}': there is no list '{match.group(1)}'")
    return [text[:match.start()] + entry + text[match.end():] for entry in lists[match.group(1)]]


def _without_fillers(phrase: str) -> str:
    return " ".join(word for word in phrase.split() if word not in FILLERS)


def _phrase(phrase: str) -> str:
    return "".join(" " + re.escape(word[:-1]) + "[^ ]*" if word.endswith("*") else " " + re.escape(word)
                   for word in phrase.split())


def _keys(must: list[list[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """The rarest place of a pattern: for each of its phrases the rarest word."""
    def rarest(phrase: str) -> str:
        return max(phrase.split(), key=lambda word: (word not in COMMON, len(word)))

    def cost(phrases: list[str]) -> tuple[int, int]:
        chosen = [rarest(phrase) for phrase in phrases]
        return sum(word in COMMON for word in chosen), len(chosen)

    chosen = [rarest(phrase) for phrase in min(must, key=cost)]
    return (frozenset(word for word in chosen if not word.endswith("*")),
            frozenset(word[:-1] for word in chosen if word.endswith("*")))


class Found(Struct, frozen=True):
    """One match: which pattern, and where in the joined words."""

    name: str
    start: int
    end: int


class PatternSet:
    """Patterns by the words they need, so that a message runs only those that could match."""

    def __init__(self, patterns: Iterable[Pattern]):
        self.patterns = list(patterns)
        self._by_word: dict[str, list[Pattern]] = {}
        self._by_stem: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            for word in pattern.keys:
                self._by_word.setdefault(word, []).append(pattern)
            for stem in pattern.stems:
                self._by_stem.setdefault(stem, []).append(pattern)
        self._stem_lengths = sorted({len(stem) for stem in self._by_stem})

    @property
    def words(self) -> frozenset[str]:
        """Every word that some pattern holds (stems without their star)."""
        return frozenset(word for pattern in self.patterns for word in pattern.words)

    def find(self, joined: str, words: Iterable[str]) -> Iterator[Found]:
        """All matches in `joined` (the `words` with a blank before each)."""
        candidates: dict[int, Pattern] = {}
        for word in dict.fromkeys(words):  # each once, in an order that is the same in every process
            for pattern in self._by_word.get(word, ()):
                candidates[id(pattern)] = pattern
            for length in self._stem_lengths:
                if length > len(word):
                    break
                for pattern in self._by_stem.get(word[:length], ()):
                    candidates[id(pattern)] = pattern
        for pattern in candidates.values():
            for match in pattern.expression.finditer(joined):
                yield Found(pattern.name, match.start(), match.end())
