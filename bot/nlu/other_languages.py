"""Which language a message is in, and whether it tells of danger there: learnt from examples of both, `data/safety/examples/`.

English has topics and a thread; of other languages only danger is understood, and the rest gets a note in that language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, NamedTuple, Text

import safety
from bot.nlu import lexical
from bot.nlu.lexical import LexicalHead, NGrams
from bot.nlu.reading import ROOT
from knowledge import yaml_lines
from safety.languages import UNKNOWN

FOLDER = ROOT / "data" / "safety" / "examples"
EMERGENCY, OTHER = "emergency", "other"
ENGLISH = ("en", UNKNOWN)
# Short English with a name or slang in it looks foreign to words and to letters, seldom to both.
LETTERS_SURE, LETTERS_AGREE = 0.90, 0.30
NEVER_IN_LATIN = ("zh-Hans", "zh-Hant")
# What a language is, short and long groups of letters tell together.
LANGUAGE_GRAMS = NGrams(words=2**14, characters=2**14, shortest=2, longest=5)
# Thirty languages have more letter groups than one; and a Chinese word is one letter or two.
DANGER_GRAMS = NGrams(words=2**14, characters=2**17, shortest=1, longest=5)


class Example(NamedTuple):
    """`label` is `EMERGENCY` or `OTHER`; `language` a BCP 47 tag."""

    language: Text
    label: Text
    text: Text


def examples() -> Iterator[Example]:
    """All of `data/safety/examples/`, language by language. Raises `ValueError` where a list has another name, or anything but texts."""
    for path in sorted(FOLDER.glob("*.yml")):
        for label, texts in yaml_lines.read(path)[0].items():
            if label not in (EMERGENCY, OTHER):
                raise ValueError(f"{path}: '{label}:' is neither '{EMERGENCY}:' nor '{OTHER}:'. Write one of these.")
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"{path}: '{label}:' needs a list of texts; put quotes around a number or a yes.")
            yield from (Example(path.stem, label, text) for text in texts)


def read(text: Text) -> Text:
    """As the heads see it: the spelling is left alone, for the speller knows English only."""
    return safety.clean(text).lower()


class ForeignHeads:
    """Two heads: letters → language, letters → danger. (The encoder's vectors add nothing: docs/decisions/0004.)"""

    def __init__(self, languages: LexicalHead, danger: LexicalHead):
        self._languages = languages
        self._danger = danger

    @classmethod
    def fit(cls, english: List[Text]) -> ForeignHeads:
        """Learns the languages beside `english`, and danger from the other languages' examples alone."""
        foreign = list(examples())
        texts, labels = [read(example.text) for example in foreign], [example.label for example in foreign]
        languages = lexical.fit([*texts, *map(read, english)], [*(example.language for example in foreign), *["en"] * len(english)],
                               grams=LANGUAGE_GRAMS)
        return cls(languages, lexical.fit(texts, labels, grams=DANGER_GRAMS))

    def language(self, text: Text, by_words: Text) -> Text:
        """'en' unless words (`by_words`, as `safety` says) and letters agree that it is another, or letters are sure; `UNKNOWN` in a
        script that isn't known."""
        if by_words == UNKNOWN:
            return UNKNOWN if any(map(str.isalpha, text)) else "en"
        row = dict(zip(self._languages.labels, self._languages.probabilities([read(text)])[0], strict=True))
        if text.isascii():  # 'BB54': of all languages these alone are never written so
            row = {language: share for language, share in row.items() if language not in NEVER_IN_LATIN}
        others = sum(row.values()) - row.pop("en")
        if others < (LETTERS_SURE if by_words in ENGLISH else LETTERS_AGREE):
            return "en"
        found = max(row, key=lambda language: row[language])
        # In which script a language is written, its letters one by one say better than their groups.
        return by_words if by_words.split("-")[0] == found.split("-")[0] else found

    def danger(self, text: Text) -> float:
        """How likely a message that isn't English tells of danger now."""
        return float(self._danger.probabilities([read(text)])[0][self._danger.labels.index(EMERGENCY)])

    def save(self, folder: Path) -> None:
        """Writes two files into `folder`."""
        self._languages.save(folder / "languages.npz")
        self._danger.save(folder / "foreign_danger.npz")

    @classmethod
    def load(cls, folder: Path) -> ForeignHeads:
        """Reads what `save` wrote; raises `OSError`, `KeyError` or `ValueError` on anything else."""
        return cls(LexicalHead.read(folder / "languages.npz"), LexicalHead.read(folder / "foreign_danger.npz"))
