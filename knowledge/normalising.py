"""How names and buttons' questions are compared with what people type."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=16384)  # messages are made of the same words again and again
def normalise(name: str) -> str:
    """Lower case, no accents or apostrophes, hyphens as spaces: 'Stoke-on-Trent' → 'stoke on trent'.

    >>> normalise("King's Lynn")
    'kings lynn'
    """
    text = unicodedata.normalize("NFKD", name.lower().replace("&", " and "))
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"['’`]", "", text)
    return " ".join(re.findall(r"[^\W_]+", text))
