"""What more forces cost: loading, memory, reading a message, looking an answer up. Prints JSON; a process of its own for each number.

Made-up forces are copies of a real one under other names, with as many places of their own.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List

MODEL_FORCE = "lancashire.yml"  # neither the longest file nor the shortest
ROUNDS = 200
MESSAGES = [
    "can a pcso detain me?",
    "are you recruiting in derby",
    "and in dorset?",
    "what do they earn in chesterfeild",
    "do i have to give my name",
]


def measure(forces: int) -> Dict[str, float]:
    """Seconds to load, megabytes, and milliseconds to read a message and to look an answer up."""
    from bot.nlu import reading
    from knowledge import load, look_up
    from knowledge.loading import FOLDER

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "knowledge"
        shutil.copytree(FOLDER, made)
        _add(made / "forces", forces)
        begun = time.perf_counter()
        knowledge = load(made)
        loaded = time.perf_counter() - begun
    reader = reading.build(knowledge, MESSAGES * 10)
    built = time.perf_counter() - begun - loaded
    ids = list(knowledge.forces)
    topics = ["powers_detain", "recruitment_status", "role_definition"]
    return {
        "forces": len(ids),
        "load s": loaded,
        "build s": built,
        "memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "read ms": _milliseconds(lambda number: reader.read(f"{MESSAGES[number % len(MESSAGES)]} {number}")),
        "look up ms": _milliseconds(lambda number: look_up(knowledge, topics[number % 3], ids[number % len(ids)])),
    }


def _add(folder: Path, wanted: int) -> None:
    text = (folder / MODEL_FORCE).read_text(encoding="utf-8")
    aliases = re.search(r"^aliases: \[.*?\]\n", text, re.MULTILINE | re.DOTALL).group()
    places = re.search(r"^places: \[.*?\]\n", text, re.MULTILINE | re.DOTALL).group()
    ambiguous = re.search(r"^ambiguous_places: \[.*?\]\n", text, re.MULTILINE | re.DOTALL).group()
    count = places.count(",") + 1
    for number in range(wanted - len(list(folder.glob("*.yml")))):
        name = _word(number)
        own = (
            text.replace("id: lancashire\n", f"id: {name}shire\n", 1)
            .replace("name: Lancashire Constabulary", f"name: {name.title()}shire Constabulary", 1)
            .replace(aliases, f"aliases: [{name}shire, {name}shire police]\n")
            .replace(ambiguous, "ambiguous_places: []\n")
            .replace(places, f"places: [{', '.join(f'{name.title()} {_word(place).title()}' for place in range(count))}]\n")
            .replace("area: Lancashire", f"area: {name.title()}shire")
        )
        (folder / f"{name}shire.yml").write_text(own, encoding="utf-8")


def _word(number: int) -> str:
    """A pronounceable name of its own for each number: 'babaz', 'bacez', …"""
    syllables: List[str] = []
    for _ in range(3):
        number, rest = divmod(number, 60)
        syllables.append("bcdfghklmnpr"[rest // 5] + "aeiou"[rest % 5])
    return "".join(syllables) + "z"


def _milliseconds(work) -> float:
    begun = time.process_time()
    for number in range(ROUNDS):
        work(number)
    return 1000 * (time.process_time() - begun) / ROUNDS


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
