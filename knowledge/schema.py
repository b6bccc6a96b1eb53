"""The shape of `data/knowledge/`: msgspec structs that a YAML file must fit exactly."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Sentence = Annotated[str, Meta(min_length=10, max_length=1200)]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9_]+$")]
# A source is often dated only by its year or month, so the date of a source is text.
PartialDate = Annotated[str, Meta(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Link = Annotated[str, Meta(pattern=r"^https?://\S+$")]
# Text, because YAML would read a time without seconds as text and one with them as a moment without a place.
LocalTime = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$")]
# How a recruitment campaign stands at a moment.
State = Literal["open", "later", "closed"]


class Source(Struct, forbid_unknown_fields=True, frozen=True):
    """Where a fact can be read. `url` and `date` only where they are known."""

    title: Annotated[str, Meta(min_length=3)]
    publisher: Annotated[str, Meta(min_length=2)]
    url: Link | None = None
    date: PartialDate | None = None


class Fact(Struct, forbid_unknown_fields=True, frozen=True):
    """What one force says about one topic, or on one particular question, in words the public reads.

    `adds` is true where it is but one detail, so that the answer for everywhere goes before it instead of being replaced.
    """

    text: Sentence
    sources: Annotated[list[Key], Meta(min_length=1)]
    checked: dt.date
    review_by: dt.date | None = None
    adds: bool = False


class NationalAnswer(Struct, forbid_unknown_fields=True, frozen=True):
    """The answer for England and Wales as a whole.

    `varies` is true where a force decides for itself, so that its own fact (or the
    admission that none is held) matters more than this text. `unknown` is true where no
    national source is held; only then may `sources` be empty.

    The rest says what the topic is like. `everywhere`: the answer holds where there are no PCSOs, too; complaints and volunteers are
    left out, as what is held on them is the law of England and Wales. `joining`: it is about becoming one, so that a force's recruitment
    team knows more, and who tells of themselves asks whether it matters. `goes_stale`: what is said on it, here or of a force, needs
    the day to look again. `website`: of a force that says nothing itself, its website is given. `campaign_first`: in which states of a
    force's campaign its dates stand before the answer; a closed one says nothing on how to apply.
    """

    label: Annotated[str, Meta(min_length=3, max_length=40)]
    question: Annotated[str, Meta(min_length=8, max_length=90, pattern=r"\?$")]
    varies: bool
    text: Sentence
    sources: list[Key]
    checked: dt.date | None
    more: Sentence | None = None
    review_by: dt.date | None = None
    unknown: bool = False
    everywhere: bool = False
    joining: bool = False
    goes_stale: bool = False
    website: bool = False
    campaign_first: list[State] = []


class NationalFile(Struct, forbid_unknown_fields=True, frozen=True):
    """`data/knowledge/national.yml`."""

    sources: dict[Key, Source]
    answers: dict[Key, NationalAnswer]
    # What most people come for, likeliest first.
    most_asked: list[Key] = []


# 'after_powers_search' is what a point `by_thread` means after that topic.
AFTER = "after_"


class Point(Struct, forbid_unknown_fields=True, frozen=True):
    """The answer to one particular question within a topic: 'can I appeal?' within vetting. It holds for England and Wales.

    `varies` is true where a force decides on it, so that it is worth asking which is meant. `unknown` is true where nothing is held on
    what is asked, and the text says so; only then may `sources` be empty. `by_thread` is true where what is asked goes by what was
    talked of before ('what if I refuse'): the point called `AFTER` + that topic is meant then, where there is one. `alone` is true
    where what forces say on the topic doesn't bear on it, so that it isn't said beside it. `with_force` is said instead of `text` to
    people whose force is known, who needn't read what others do. `question` is how a button asks it: what has one is offered beside the
    topic's own answer.
    """

    text: Sentence
    sources: list[Key]
    checked: dt.date | None
    varies: bool = False
    unknown: bool = False
    review_by: dt.date | None = None
    by_thread: bool = False
    alone: bool = False
    with_force: Sentence | None = None
    question: Annotated[str, Meta(min_length=8, max_length=60, pattern=r"\?$")] | None = None


class PointsFile(Struct, forbid_unknown_fields=True, frozen=True):
    """A file of `data/knowledge/points/`: topic → point → what is said. The sources are those of national.yml."""

    points: dict[Key, dict[Key, Point]]


class Campaign(Struct, forbid_unknown_fields=True, frozen=True):
    """One round in which a force recruits PCSOs: open from `opens` until just before `closes`.

    Both are what the clock on a wall in London shows, '2026-11-23 09:00'; without `closes` no
    closing date is known. `sources` stand here in full, not by key: a campaign can be published
    on its own, without the rest of the force's file.
    """

    opens: LocalTime
    sources: Annotated[list[Source], Meta(min_length=1)]
    checked: dt.date
    closes: LocalTime | None = None
    link: Link | None = None


class Force(Struct, forbid_unknown_fields=True, frozen=True):
    """`data/knowledge/forces/<id>.yml`: one police force, its places and its facts.

    `places` are those where the force is the natural reading;
    `ambiguous_places` have a namesake in another force. `without_pcsos` answers every
    question about PCSOs where there are none (Norfolk, Scotland, Northern Ireland).
    `points` are the force's own answers to particular questions, topic → point → fact.
    `campaigns` say from when until when it recruits; see knowledge/campaigns.py.
    """

    id: Key
    name: str
    aliases: list[str]
    nation: Literal["england", "wales", "scotland", "northern_ireland", "both"]
    website: Link
    covers: list[str]
    places: list[str]
    ambiguous_places: list[str]
    area: str
    sources: dict[Key, Source]
    facts: dict[Key, Fact]
    points: dict[Key, dict[Key, Fact]] = {}
    welsh_language: bool = False
    data_police_uk_id: str | None = None
    without_pcsos: Fact | None = None
    campaigns: list[Campaign] = []


class Knowledge(Struct, frozen=True):
    """Everything that is held, as one immutable value.

    `notes`: BCP 47 tag → what is said to who writes in that language. `most_asked`: topics that most people come for, likeliest first.
    """

    sources: dict[str, Source]
    answers: dict[str, NationalAnswer]
    forces: dict[str, Force]
    points: dict[str, dict[str, Point]] = {}
    notes: dict[str, str] = {}
    most_asked: tuple[str, ...] = ()

    def holds_in(self, topic: str, force: Force) -> bool:
        """Whether what is held on the topic is for that force's people: where there are no PCSOs, little is."""
        return force.without_pcsos is None or self.answers[topic].everywhere


def convert(plain: object, shape: type) -> object:
    """Checks plain YAML data against `shape`; raises `msgspec.ValidationError`."""
    return msgspec.convert(plain, shape, strict=True)
