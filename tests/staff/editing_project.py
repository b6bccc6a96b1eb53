"""Fixture `project`: the console works on a small project of its own (tests/content/small_project.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.small_project import write_project


@pytest.fixture
def project(tmp_path: Path, content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The draft's folder, instead of the larger one that `content` makes."""
    root = write_project(tmp_path / "small")
    monkeypatch.setenv("CONTENT_DIR", str(root))
    monkeypatch.setenv("RELEASES_DIR", str(tmp_path / "releases"))
    return root
