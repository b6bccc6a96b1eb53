"""The small project (small_project.py) as a folder and as a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from door.content.draft import Draft
from tests.content.small_project import write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project's folder."""
    return write_project(tmp_path / "project")


@pytest.fixture
def draft(project: Path, tmp_path: Path) -> Draft:
    """Its draft."""
    return Draft(project, tmp_path / "state")
