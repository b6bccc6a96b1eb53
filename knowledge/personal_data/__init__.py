"""Takes personal data out of what people write, before it is kept anywhere.

`redact` is a list of small steps, each text → text. What goes is replaced by a short word in
brackets that reads on in the sentence: 'my name is [name], ring me on [phone number]'. Of a
postcode its district stays, since it tells which force is meant.
"""

from __future__ import annotations

from typing import Callable

from knowledge.personal_data import addresses, birth, documents, figures, names, online, plates
from knowledge.personal_data.text import without_invisible

# In this order: links hold mail addresses, mail addresses hold names, and a date of birth may
# be known only by the name before it.
_STEPS: tuple[Callable[[str], str], ...] = (
    online.redact_links, online.redact_mail, documents.redact, figures.redact, plates.redact,
    addresses.redact_postcodes, addresses.redact_streets, names.redact, birth.redact)

# Taking one thing out can lay another bare; a message settles in two rounds, nearly always.
_MOST_ROUNDS = 5

__all__ = ["redact"]


def redact(text: str) -> str:
    """The text without personal data; the very same text where there is none.

    Takes about 0.1 ms, and about 1 µs more for each further character. Never raises: anything but a string is ''.

    >>> redact("im called jane doe, 07700 nine hundred 123, de1 2ab")
    'im called [name], [phone number], de1'
    """
    if not isinstance(text, str):
        return ""
    if "\n" not in text:
        return _redact(text)
    # What is split over two lines is found in one; lines stay only where that made no difference.
    whole, lines = _redact(" ".join(text.split("\n"))), [_redact(line) for line in text.split("\n")]
    return "\n".join(lines) if " ".join(lines) == whole else whole


def _redact(text: str) -> str:
    seen = without_invisible(text)
    result = seen
    for _ in range(_MOST_ROUNDS):
        before = result
        for step in _STEPS:
            result = step(result)
        if result == before:
            break
    return text if result == seen else result
