"""Runs the draft for 'Try it': `python -m releases.trial_process MODEL CONTENT IDLE_SECONDS`.

Prints a line of JSON, {"url": …} or {"error": …}. Goes when its input ends (the door is gone) or
brings no line for IDLE_SECONDS (nobody tries any more).
"""

from __future__ import annotations

import json
import select
import signal
import sys
import tempfile
from pathlib import Path
from typing import List

from processes.stack import StackError
from releases.asking import serving
from releases.project_copy import link_project


def main(arguments: List[str]) -> int:
    """Returns the exit code."""
    model, content, idle = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="pcso-draft-") as folder:
        try:
            with serving(link_project(Path(folder) / "project", content), model, Path(folder) / "logs") as url:
                print(json.dumps({"url": url}), flush=True)
                while select.select([sys.stdin], [], [], idle)[0]:
                    if not sys.stdin.buffer.read1(4096):
                        break
        except StackError as error:
            print(json.dumps({"error": str(error)}), flush=True)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
