"""The draft's files as they are at one moment."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from door.content import follow_up_text, nlu_text
from door.content.follow_up_text import FollowUpText
from door.content.nlu_text import Example, NluText
from door.content.yaml_text import YamlText
from knowledge import phrase_text
from knowledge.paths import FORCES, NATIONAL, POINTS
from knowledge.phrase_text import PhraseText
from knowledge.topics import AFTER_ALARM, named

# How people ask the particular questions within topics.
PHRASES = "data/points"
NLU = "data/nlu"
FOLLOW_UPS = "data/follow_ups"
DOMAIN = "domain.yml"
RULES = "data/stories/rules.yml"
EVALUATION = "data/evaluation"
_PATTERNS = (NATIONAL, f"{FORCES}/*.yml", f"{POINTS}/*.yml", f"{NLU}/*.yml", f"{FOLLOW_UPS}/*.yml", f"{PHRASES}/*.yml", DOMAIN, RULES,
             f"{EVALUATION}/*.yml")
_BOM = "\ufeff"


class Unreadable(Exception):
    """A file isn't UTF-8 text. The message names it and says what to do."""


class File(Struct, frozen=True):
    """One file: `data` as it lay on the disk, `text` with plain line breaks and without a byte order mark."""

    data: bytes
    text: str

    def written(self) -> bytes:
        """`text` as it is to be written: in the line breaks that `data` had."""
        text = self.text.replace("\n", "\r\n") if b"\r\n" in self.data else self.text
        return ((_BOM if self.data.startswith(_BOM.encode()) else "") + text).encode("utf-8")


class Snapshot:
    """All files that the console edits, by their path below the project ('data/nlu/powers_detain.yml')."""

    def __init__(self, files: dict[str, File]):
        self.files = files

    def text(self, path: str) -> str:
        """A file's text. Raises `KeyError`."""
        return self.files[path].text

    def yaml(self, path: str) -> YamlText:
        """A file, to look up and edit. Raises `KeyError` and `knowledge.yaml_lines.BrokenYaml`."""
        return _parsed(self.files[path].text)

    def nlu(self) -> dict[str, NluText]:
        """Every file of examples. Raises `knowledge.yaml_lines.BrokenYaml`."""
        return {path: nlu_text.read(file.text) for path, file in self.files.items() if path.startswith(f"{NLU}/")}

    def examples(self) -> dict[str, list[tuple[str, Example]]]:
        """(file, example) by topic, in the order of the files."""
        found: dict[str, list[tuple[str, Example]]] = {}
        for path, file in self.nlu().items():
            for example in file.examples:
                found.setdefault(example.topic, []).append((path, example))
        return found

    def follow_ups(self) -> dict[str, FollowUpText]:
        """Every file of follow-ups. Raises `knowledge.yaml_lines.BrokenYaml`."""
        return {path: follow_up_text.read(file.text) for path, file in self.files.items() if path.startswith(f"{FOLLOW_UPS}/")}

    def points(self) -> dict[str, YamlText]:
        """Every file of what is said on particular questions. Raises `knowledge.yaml_lines.BrokenYaml`."""
        return {path: self.yaml(path) for path in self.files if path.startswith(f"{POINTS}/")}

    def answered(self) -> set[str]:
        """What something can be typed after: topics with an answer, and particular questions within them ('powers_fines/appeal')."""
        points = [file.data["points"] for file in self.points().values()]
        particular = {named(topic, name) for of_file in points for topic, below in of_file.items() for name in below}
        return {*self.yaml(NATIONAL).data["answers"], *particular}

    def phrases(self) -> dict[str, PhraseText]:
        """Every file of how people ask particular questions. Raises `knowledge.yaml_lines.BrokenYaml`."""
        return {path: phrase_text.read(file.text) for path, file in self.files.items() if path.startswith(f"{PHRASES}/")}

    def intents(self) -> list[str]:
        """The topics of domain.yml, in its order."""
        return [item if isinstance(item, str) else next(iter(item)) for item in self.yaml(DOMAIN).data.get("intents") or []]

    def topics(self) -> list[str]:
        """Those of the intents that examples teach: what is typed after an alarm is learnt from data/safety, which staff don't change."""
        return [intent for intent in self.intents() if intent not in AFTER_ALARM]

    def force_files(self) -> dict[str, str]:
        """Force id → its file."""
        return {Path(path).stem: path for path in self.files if path.startswith(f"{FORCES}/")}

    def with_changes(self, changes: dict[str, str]) -> Snapshot:
        """The snapshot as it will be with these texts."""
        new = {path: msgspec.structs.replace(self.files.get(path, File(b"", "")), text=text) for path, text in changes.items()}
        return Snapshot(dict(sorted({**self.files, **new}.items())))


def take(root: Path) -> Snapshot:
    """Reads the files below `root`. Raises `OSError` and `Unreadable`."""
    files = {}
    for pattern in _PATTERNS:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            files[name] = _read(name, path.read_bytes())
    return Snapshot(dict(sorted(files.items())))


def digest(value: object) -> str:
    """A short name for what a form was made from: it changes when the thing does."""
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:20]


def _read(name: str, data: bytes) -> File:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name}:{line}: this file isn't UTF-8 text. Save it as UTF-8") from error
    return File(data, text.removeprefix(_BOM).replace("\r\n", "\n"))


@lru_cache(maxsize=128)
def _parsed(text: str) -> YamlText:
    return YamlText(text)
