"""Writes the examples as the encoder will see them, for `tools.encoder.tune`.

Runs in the Rasa environment, because messages are read (spelling, places) by its reader:

    python -m tools.encoder.examples .state/encoder/examples.jsonl
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Dict, List

from ruamel.yaml import YAML

import safety
from bot.nlu import follow_ups, reading
from knowledge import load, taught
from knowledge.taught import FollowUp

TWO_QUESTIONS = Path(__file__).resolve().parent / "two_questions.yml"
SEED = 20261121
# How often a noisy copy of an example is added, and how many slips it gets.
NOISY_COPIES = 1
LETTERS_A_SLIP = 14


def with_slips(text: str, rng: random.Random) -> str:
    """`text` as a thumb on a phone would type it: letters dropped, doubled, swapped, wrong."""
    neighbours = {"a": "sq", "e": "wr", "i": "uo", "o": "ip", "u": "yi", "n": "bm", "t": "ry", "s": "ad", "r": "et", "l": "k", "c": "xv"}
    letters = list(text)
    for _ in range(max(1, len(text) // LETTERS_A_SLIP)):
        place = rng.randrange(len(letters))
        if not letters[place].isalpha():
            continue
        slip = rng.choice(["drop", "double", "swap", "wrong"])
        if slip == "drop":
            letters[place] = ""
        elif slip == "double":
            letters[place] *= 2
        elif slip == "swap" and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif letters[place].lower() in neighbours:
            letters[place] = rng.choice(neighbours[letters[place].lower()])
        letters = list("".join(letters)) or [" "]
    return "".join(letters)


def main(target: Path) -> None:
    """Writes one JSON object a line: intents (two, where a message asks two things), text, noisy; `in_thread` where the text is a
    follow-up behind the question before it. A follow-up by itself has no intent: it shows only what isn't dangerous ('hes tiny')."""
    singles = [(intent, text) for intent, texts in taught.examples().items() for text in texts]
    examples = [([intent], text) for intent, text in singles]
    examples += [(entry["topics"], entry["text"]) for entry in YAML(typ="safe").load(TWO_QUESTIONS)]
    reader = reading.build(load(), [text for _, text in singles])
    rng = random.Random(SEED)
    rows: List[Dict[str, object]] = []
    for intents, text in examples:
        noisy = [reader.read_whole(safety.clean(with_slips(text, rng))).text for _ in range(NOISY_COPIES)]
        rows.append({"intents": intents, "text": reader.read_whole(safety.clean(text)).text, "noisy": noisy})
    written, phrases = list(taught.follow_ups()), list(taught.phrases())
    leaning = [FollowUp(phrase.topic, phrase.text, phrase.topic) for phrase in phrases if phrase.leans]
    plain = follow_ups.plain(singles, list(reader.own_questions))
    for last, text, topic in [*written, *leaning, *follow_ups.beside(phrases), *plain]:
        in_thread = reader.read_whole(safety.clean(text), last).in_thread
        if in_thread:
            rows.append({"intents": [topic], "text": in_thread, "noisy": [], "in_thread": True})
    rows += [{"intents": [], "text": reader.read_whole(safety.clean(text)).text, "noisy": []}
             for _, text, topic in written if topic != "emergency"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} examples of {len({intent for intent, _ in singles})} intents → {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
