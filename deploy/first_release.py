"""Prepares the console's volumes: the draft that staff edit, and the first release; later starts leave both as they are.

Run in the console's image before anything else: `.venv/door/bin/python -m deploy.first_release`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from processes.stack import ROOT, StackError
from releases.drafts import content_dir
from releases.project_copy import SETTINGS
from releases.store import Store
from tools.release import prepare


def main() -> int:
    """Returns the exit code."""
    content = content_dir()
    if content != ROOT and not (content / "data").exists():
        _copy(content)
        print(f"Copied the project's content to {content}.")
    try:
        print(f"Live: release {prepare(Store(), print).id}")
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _copy(content: Path) -> None:
    """`data` comes last and all at once: where it is, the copy is whole, also after a start that was cut off."""
    for name in SETTINGS:
        shutil.copy2(ROOT / name, content / name)
    half = content / "data.partial"
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(ROOT / "data", half)
    half.rename(content / "data")


if __name__ == "__main__":
    sys.exit(main())
