"""Says what is right about one answer, and what isn't. Plain functions of question and reply."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from msgspec import Struct

from evaluation.client import Reply, Understood
from evaluation.questions import WHOLE, Question

# '999' must stand in the first words, and a sentence's beginning is about this long.
FIRST_CHARACTERS = 60
# The line that the assistant puts before an answer where it can't tell (actions/answer.py).
IF_NOW = "If this is happening now"
SHOWN_CHARACTERS = 160

# What shows that a reply has the right extra. Numbers read the same in every language.
EXTRA_NUMBERS = {"silent": ("55",), "samaritans": ("116 123", "116123"), "childline": ("0800 1111",), "railway": ("61016",),
                 "domestic": ("0808 2000 247", "0808 80 10 800")}
EXTRA_WORDS = {"fire": "fire", "ambulance": "ambulance", "coastguard": "coastguard"}


class Got(Struct, frozen=True):
    """What a reply was, in short. `error` where there was none."""

    topics: tuple[Optional[str], ...] = ()
    forces: tuple[Optional[str], ...] = ()
    emergency: bool = False
    if_now: bool = False
    lang: str = "en"
    text: str = ""
    error: Optional[str] = None


class Judged(Struct, frozen=True):
    """One question, what came, and for each aspect that counts for it whether it was right."""

    question: Question
    got: Got
    aspects: dict[str, bool]
    seconds: float = 0.0
    understood: Optional[Understood] = None

    @property
    def right(self) -> bool:
        """Whether every aspect was right."""
        return all(self.aspects.values())


def judge(question: Question, reply: Reply, force_names: Mapping[str, str], understood: Optional[Understood] = None) -> Judged:
    """Judges every aspect that `question` has an expectation for.

    A reply doesn't carry its point, so that `understood` says it (in a talk: what was answered). `force_names` maps force ids to the
    names used in texts: an answer about two forces can carry only one id (contract), so its text has to name both.
    """
    messages = reply.messages
    customs = [_custom(message) for message in messages]
    texts = [str(message.get("text") or "") for message in messages]
    got = Got(
        topics=tuple(custom.get("topic") for custom in customs), forces=tuple(custom.get("force") for custom in customs),
        emergency=any(custom.get("emergency") is True for custom in customs), if_now=texts[0].startswith(IF_NOW),
        lang=str(customs[0].get("lang") or "en"), text=_shortened(" ⏎ ".join(texts)))
    aspects: dict[str, bool] = {}
    if question.topics and not question.lang:
        # In another language the reply is a note in that language, whatever was asked.
        aspects["topic"] = got.topics[0] in question.topics
    if question.both:
        aspects["both"] = _in_order(question.both, got.topics)
    if question.forces:
        aspects["force"] = _right_force(question, customs, texts, force_names)
    if question.emergency != "maybe":
        aspects["alarm"] = _raises_alarm(customs[0], texts[0]) if question.emergency == "yes" else not got.emergency
    if question.extra:
        found = _has_extra(question, texts)
        if found is not None:
            aspects["extra"] = found
    if question.lang:
        aspects["lang"] = _language(got.lang) == _language(question.lang)
    if question.keywords:
        aspects["keywords"] = not missing_keywords(question, " ".join(texts))
    if question.points and understood:
        aspects["point"] = aspects.get("topic", True) and (understood.point or WHOLE) in question.points
    return Judged(question, got, aspects, reply.seconds, understood)


def unanswered(question: Question, error: str) -> Judged:
    """No answer is wrong in everything that was expected."""
    expected = {"topic": question.topics and not question.lang, "both": question.both, "force": question.forces,
                "alarm": question.emergency != "maybe", "extra": question.extra, "lang": question.lang,
                "keywords": question.keywords, "point": question.points}
    return Judged(question, Got(error=error), {aspect: False for aspect, wanted in expected.items() if wanted})


def missing_keywords(question: Question, text: str) -> list[str]:
    """The key words that `text` lacks; case, apostrophes and line breaks don't matter."""
    return [word for word in question.keywords if _plain(word) not in _plain(text)]


def _custom(message: Mapping[str, Any]) -> Mapping[str, Any]:
    custom = message.get("custom")
    return custom if isinstance(custom, dict) else {}


def _raises_alarm(custom: Mapping[str, Any], text: str) -> bool:
    return custom.get("emergency") is True and "999" in text[:FIRST_CHARACTERS]


def _in_order(wanted: tuple[str, ...], topics: tuple[Optional[str], ...]) -> bool:
    """Whether all wanted topics are among `topics` in this order; more in between is fine."""
    rest = iter(topics)
    return all(topic in rest for topic in wanted)


def _right_force(question: Question, customs: list[Mapping[str, Any]], texts: list[str], names: Mapping[str, str]) -> bool:
    if len(question.forces) == 1:
        # With two questions in a message the force holds for both.
        counted = customs if question.both else customs[:1]
        return all(custom.get("force") == question.forces[0] for custom in counted)
    named = all(names.get(force, force) in " ".join(texts) for force in question.forces)
    return customs[0].get("force") in question.forces and named


def _has_extra(question: Question, texts: list[str]) -> Optional[bool]:
    """Whether the extra help is there; None where it can't be told from the text."""
    if question.extra in EXTRA_NUMBERS:
        return any(number in " ".join(texts) for number in EXTRA_NUMBERS[question.extra])
    if question.lang or question.extra not in EXTRA_WORDS:
        return None
    # The 999 sentence names every service; the extra is what follows it.
    return EXTRA_WORDS[question.extra] in " ".join(texts[1:]).lower()


def _language(tag: str) -> str:
    """'zh-Hant' → 'zh': which script is used isn't judged."""
    return tag.split("-")[0].lower()


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARACTERS else f"{flat[:SHOWN_CHARACTERS - 1]}…"
