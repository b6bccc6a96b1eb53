"""The project's data with a few examples of each topic, without forces' answers to particular questions: what is slow with all is quick."""

from __future__ import annotations

import shutil
from pathlib import Path

from door.content import nlu_text
from door.settings import PROJECT

KEPT_EXAMPLES = 3


def write_trimmed(folder: Path, kept: int = KEPT_EXAMPLES) -> Path:
    """Writes it into `folder`, with the first `kept` examples of each topic, and without evaluation questions."""
    for name in ("data/knowledge", "data/points", "data/stories", "data/language", "data/safety"):
        shutil.copytree(PROJECT / name, folder / name)
    for path in (folder / "data" / "knowledge" / "forces").iterdir():  # some thousand answers to particular questions, read with every page
        path.write_text(path.read_text("utf-8").partition("\npoints:\n")[0] + "\n", "utf-8")
    for name in ("domain.yml", "config.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "data" / "evaluation").mkdir()
    (folder / "data" / "nlu").mkdir()
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        examples = nlu_text.read(path.read_text("utf-8")).examples
        few = nlu_text.read(nlu_text.EMPTY_FILE).add(path.stem, [example.text for example in examples[:kept]])
        (folder / "data" / "nlu" / path.name).write_text(few.text, "utf-8")
    return folder
