"""One message in, one alarm out: English layers and other languages together."""

from __future__ import annotations

from safety.alarm import RANK, Alarm
from safety.english import English
from safety.languages import Languages
from safety.other import OtherLanguages
from safety.text import clean, shorten

ENGLISH = English()
LANGUAGES = Languages()
OTHER = OtherLanguages(ENGLISH.known_words)


def check(text: str) -> Alarm:
    """How dangerous a message sounds, in any of the languages that data/safety holds.

    `text` as `clean` gives it (uncleaned text is cleaned here). Never raises on text.
    """
    text = shorten(clean(text))
    if not text:
        return Alarm()
    english = ENGLISH.check(text)
    other = OTHER.check(text, LANGUAGES.guess(text))
    if other is not None and RANK[other.level] >= RANK[english.level] and not (
            english.level == "emergency" and LANGUAGES.guess(text) in ("en", "und")):
        return other
    return english


def language_of(text: str) -> str:
    """BCP 47 tag of the language a message is written in; 'en' when in doubt, 'und' without words."""
    return LANGUAGES.guess(shorten(clean(text)))
