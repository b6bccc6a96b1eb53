"""Replies that need nothing else alive, as the contract's messages (without `recipient_id`)."""

from __future__ import annotations

from typing import Any, Optional

from safety import data
from safety.alarm import Alarm
from safety.check import check, language_of
from safety.helps import help_for
from safety.text import clean

# The contract's limit for one message at the public door.
MOST_CHARACTERS = 2_000


def _read_call_999() -> dict[str, str]:
    """The 999 sentence by language, from domain.yml, where Rasa says it too."""
    domain = data.read(data.DOMAIN)
    sentences: dict[str, str] = {}
    try:
        for variation in domain["responses"]["utter_call_999"]:
            language = "en"
            for condition in variation.get("condition", ()):
                if condition["name"] == "language":
                    language = condition["value"]
            sentences[language] = variation["text"].strip()
    except (KeyError, TypeError, AttributeError) as error:
        raise data.SafetyDataError(f"{data.DOMAIN}:1: responses → utter_call_999 must be a list of variations, "
                                   f"each with 'text' ({error!r} is missing)") from error
    if "en" not in sentences:
        raise data.SafetyDataError(f"{data.DOMAIN}:1: utter_call_999 needs one variation without a condition (English)")
    return sentences


CALL_999: dict[str, str] = _read_call_999()

# 999 first even where no pattern spoke: with the rest broken, nothing else would catch what this layer missed.
BROKEN = ("If anyone is in danger, call 999 now. Sorry, something on our side isn't working, so I can't answer that "
          "just now. For anything else the police can help with, call 101, or try again in a few minutes.")
EMPTY = ("I couldn't read a question in that. Type a question about PCSOs in a few words, for example "
         "'What can a PCSO do?'. In an emergency call 999; otherwise you can call 101.")
TOO_LONG = ("That message is too long for me to read. Type your question in a few words, for example "
            "'Can a PCSO stop me?'. In an emergency call 999; otherwise you can call 101.")


def sentence_999(language: str) -> tuple[str, str]:
    """The 999 sentence and the tag of the language it is in: the language asked for, a
    relative of it ('zh' for 'zh-Hant'), or English."""
    if language in CALL_999:
        return CALL_999[language], language
    base = language.split("-")[0]
    for tag in CALL_999:
        if tag.split("-")[0] == base and base != "en":
            return CALL_999[tag], tag
    return CALL_999["en"], "en"


def _message(text: str, topic: str, *, emergency: bool = False, scope: str = "national",
             lang: str = "en", sources: Optional[list] = None, checked: Optional[str] = None) -> dict[str, Any]:
    return {"text": text, "custom": {
        "topic": topic, "force": None, "scope": scope, "emergency": emergency, "checked": checked,
        "sources": sources or [], "lang": lang}}


def _messages_999(alarm: Alarm) -> list[dict[str, Any]]:
    text, lang = sentence_999(alarm.language)
    messages = [_message(text, "emergency", emergency=True, lang=lang)]
    if lang != "en":
        messages.append(_message(CALL_999["en"], "emergency", emergency=True))
    return messages


def reply_to_emergency(alarm: Alarm, force: Optional[str] = None) -> list[dict[str, Any]]:
    """999 in the person's language, English after it, then what helps beside it."""
    messages = _messages_999(alarm)
    for item in help_for((*alarm.kinds, *alarm.also), force):
        messages.append(_message(item.text, "emergency", emergency=True, sources=item.sources,
                                 checked=item.checked))
    return messages


def reply_when_broken(text: object) -> dict[str, Any]:
    """Says plainly that something is broken, and names 999 and 101; 999 first in an emergency, and in another language always."""
    cleaned = clean(text)
    alarm = check(cleaned)
    return _emergency_with(alarm, BROKEN) if alarm.level == "emergency" else _calm_with(cleaned, BROKEN)


def reply_to_unreadable(text: object) -> dict[str, Any]:
    """For an empty message or one over the limit: what to do; danger in it is still seen."""
    cleaned = clean(text)
    alarm = check(cleaned)
    advice = TOO_LONG if len(cleaned) > MOST_CHARACTERS else EMPTY
    return _emergency_with(alarm, advice) if alarm.level == "emergency" else _calm_with(cleaned, advice)


def _calm_with(cleaned: str, rest: str) -> dict[str, Any]:
    """`rest`, in another language behind its 999 sentence: phrases alone know a third of what people cry there (docs/decisions/0004)."""
    sentence, lang = sentence_999(language_of(cleaned))
    return _message(rest if lang == "en" else f"{sentence}\n\n{rest}", "unclear", scope="unknown", lang=lang)


def _emergency_with(alarm: Alarm, rest: str) -> dict[str, Any]:
    text, lang = sentence_999(alarm.language)
    parts = [text] if lang == "en" else [text, CALL_999["en"]]
    return _message("\n\n".join([*parts, rest]), "emergency", emergency=True, lang=lang)
