"""What the assistant learns from, below data/: examples by topic, phrases of particular questions, and follow-ups.

Read here for all who take them as they are; the console, which edits them, reads each file by its lines (door/content/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple

from knowledge import phrase_text, yaml_lines
from knowledge.phrase_text import Phrase

DATA = Path(__file__).resolve().parent.parent / "data"
NLU, POINTS, FOLLOW_UPS = DATA / "nlu", DATA / "points", DATA / "follow_ups"


class FollowUp(NamedTuple):
    """`text`, typed after an answer on `last`, a topic or a particular question of one ('powers_fines/appeal'), is about `topic`."""

    last: str
    text: str
    topic: str


def examples(folder: Path = NLU) -> Dict[str, List[str]]:
    """Topic → its examples as they are written, marks of entities and all, in the order of the files."""
    found: Dict[str, List[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        for entry in (yaml_lines.read(file)[0] or {}).get("nlu") or ():
            if entry.get("intent"):
                lines = (line.strip() for line in str(entry.get("examples") or "").splitlines())
                found.setdefault(entry["intent"], []).extend(line[2:].strip() for line in lines if line.startswith("- "))
    return found


def phrases(folder: Path = POINTS) -> Iterator[Phrase]:
    """How people ask particular questions. Raises `ValueError` for anything but lists of texts, `FileNotFoundError` without the folder."""
    _there(folder, "phrases of points")
    for file, said in phrase_text.read_folder(folder):
        if said.odd:
            raise ValueError(f"{file}:{said.odd[0].line}: {said.odd[0].message}.")
        yield from said.phrases


def follow_ups(folder: Path = FOLLOW_UPS) -> Iterator[FollowUp]:
    """Those of the folder's files. Raises `ValueError` for anything but lists of texts, `FileNotFoundError` without the folder."""
    _there(folder, "follow-ups")
    for file in sorted(folder.glob("*.yml")):
        for last, topics in (yaml_lines.read(file)[0] or {}).items():
            for topic, texts in topics.items():
                if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                    raise ValueError(f"{file}: below {last}, {topic} needs a list of texts ('- how long'); "
                                     "put quotes around a number or a yes.")
                yield from (FollowUp(last, text, topic) for text in texts)


def _there(folder: Path, what: str) -> None:
    if not folder.is_dir():  # a model would be trained without them, and nobody told
        raise FileNotFoundError(f"{folder}: there is no such folder, so the model would know no {what}.")
