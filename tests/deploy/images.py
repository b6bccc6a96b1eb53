"""Reads deploy/Dockerfile: what of the project is in each image."""

from __future__ import annotations

import re
from pathlib import Path

DOCKERFILE = Path(__file__).resolve().parents[2] / "deploy" / "Dockerfile"
STAGE = re.compile(r"^FROM (\S+) AS (\S+)$", re.MULTILINE)


def copied_into(stage: str) -> list[str]:
    """Files and folders ('data/nlu/') that an image gets from the project, those of the stages it stands on with them."""
    stages, copied = _stages(), []
    while stage in stages:
        stage, own = stages[stage]
        copied += [source for sources in own for source in sources.split()]
    return copied


def _stages() -> dict[str, tuple[str, list[str]]]:
    """Stage → (the stage it stands on, what it copies from the project)."""
    text = DOCKERFILE.read_text(encoding="utf-8")
    found = list(STAGE.finditer(text))
    return {
        match[2]: (match[1], re.findall(r"^COPY (?!--from)(.+?) \S+$", text[match.end() : following], re.MULTILINE))
        for match, following in zip(found, [*(match.start() for match in found[1:]), len(text)], strict=True)
    }
