"""Text as staff type or paste it, made safe to keep: one line for an example, paragraphs for an answer."""

from __future__ import annotations

import re
import unicodedata

import safety
from knowledge.personal_data import redact

LONGEST_EXAMPLE = 1_000
# bot.nlu.thread_weights's LONGEST_WORDS, which a test holds it to: to import it would load numpy into the public door.
LONGEST_FOLLOW_UP = 16
# Danger breaks into any talk: it is taught once, as an example, and learnt behind every question.
AFTER_ANYTHING = "emergency"
NO_QUESTION_MARK = "End the question with a question mark"
# [Derby](force) and [Derby]{"entity": …} are Rasa's own marks within examples.
_ANNOTATION = re.compile(r"\[[^\]]*\]\s*[({]")
_UNWANTED = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_BLANK_LINES = re.compile(r"\n{3,}")


def example(text: str) -> str:
    """One example, cleaned as the assistant cleans what people write (`safety.clean`)."""
    return safety.clean(text)


def scrubbed(text: str) -> str:
    """One example as it may be kept: cleaned, and without personal data, as the assistant takes it out of what people write."""
    return redact(example(text))


def told_scrubbed(texts: list[str]) -> str:
    """A sentence for whoever wrote these, that says what was taken out of them; '' where nothing was."""
    changed = [kept for text in texts if (kept := scrubbed(text)) != example(text)]
    return f" Personal data was taken out: {', '.join(f'‘{text}’' for text in changed)} is what is kept." if changed else ""


def example_problem(text: str) -> str | None:
    """Why a cleaned text can't be an example, in words for the person; None where it can."""
    if not text:
        return "Write what somebody could type: this is empty"
    if len(text) > LONGEST_EXAMPLE:
        return f"An example can have {LONGEST_EXAMPLE:,} characters, and this has {len(text):,}. Shorten it"
    if text.startswith("/"):
        return "An example can't begin with '/': that is a command to the assistant. Leave the '/' out"
    if _ANNOTATION.search(text):
        return "Square brackets right before '(' or '{' have a meaning of their own here. Leave the brackets out"
    return None


def follow_up_problem(text: str) -> str | None:
    """Why a cleaned text can't be one that leans on the answer before it; None where it can."""
    count = len(text.split())
    if count > LONGEST_FOLLOW_UP:
        return (f"The assistant looks back at the last answer for messages of up to {LONGEST_FOLLOW_UP} words, and this has {count}. "
                "Shorten it, or teach it as an example of its topic")
    return example_problem(text)


def line(text: str) -> str:
    """One line of a form: no control or invisible characters, single blanks."""
    return " ".join(_kept(text).split())


def paragraphs(text: str) -> str:
    """An answer's text: lines trimmed, at most one blank line in a row, no control or invisible characters."""
    lines = (" ".join(_kept(part).split()) for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def same(text: str) -> str:
    """What two examples have in common that differ in nothing a person would notice."""
    plain = " ".join(re.sub("['’`]", "", text.casefold()).split())
    return plain.strip(" .,;:!?-") or plain


def with_marks(text: str) -> str:
    """What two examples have in common that say the same in the same tone: 'help' is no 'help!!!!'."""
    return " ".join(text.casefold().split())


def _kept(text: str) -> str:
    spaced = re.sub(r"[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]", " ", text)
    return "".join(char for char in unicodedata.normalize("NFC", spaced) if unicodedata.category(char) not in _UNWANTED)
