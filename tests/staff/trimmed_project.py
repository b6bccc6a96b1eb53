"""The project's data with a few examples of each topic: what is slow with all is quick with these."""

from __future__ import annotations

import shutil
from pathlib import Path

from door.content import nlu_text
from door.settings import PROJECT

KEPT_EXAMPLES = 3
GROUPS = ("role", "duties", "powers", "recruitment", "contact", "forces", "conversation", "emergency")


def write_trimmed(folder: Path, kept: int = KEPT_EXAMPLES) -> Path:
    """Writes it into `folder`, with the first `kept` examples of each topic, and without evaluation questions."""
    for name in ("data/knowledge", "data/points", "data/stories", "data/language", "data/safety"):
        shutil.copytree(PROJECT / name, folder / name)
    for name in ("domain.yml", "config.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "data" / "evaluation").mkdir()
    (folder / "data" / "nlu").mkdir()
    for group in GROUPS:
        examples = nlu_text.read((PROJECT / "data" / "nlu" / f"{group}.yml").read_text("utf-8")).examples
        lines = ['version: "3.1"', "nlu:"]
        for topic in dict.fromkeys(example.topic for example in examples):
            lines += [f"  - intent: {topic}", "    examples: |"]
            lines += [f"      - {example.text}" for example in examples if example.topic == topic][:kept]
        (folder / "data" / "nlu" / f"{group}.yml").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
