"""Writes data/safety/near_words.txt: real words that are one letter away from a word of a pattern.

They mean themselves: 'lighting' is no 'fighting'. Run again after adding patterns:

    python -m safety.near_words WORDS.txt      # one word a line, any English word list
"""

from __future__ import annotations

import sys
from pathlib import Path

from safety import data
from safety.english import English
from safety.spelling import FUZZY_FROM


def near_words(words: list[str], english: English) -> list[str]:
    """Those of `words` that would be read as another word, sorted."""
    english.speller.forget_near()
    found = set()
    for word in words:
        word = word.strip().lower()
        if len(word) >= FUZZY_FROM and word.isascii() and word.isalpha() and english.speller.spell([word]) != [word]:
            if not english.speller.is_listed(word):
                found.add(word)
    return sorted(found)


def main() -> None:
    """Command line: reads the word list named first, writes the file."""
    words = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    path = data.FOLDER / "near_words.txt"
    path.write_text("\n".join(near_words(words, English())) + "\n", encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
