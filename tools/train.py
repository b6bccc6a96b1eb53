"""Trains the model as `rasa train` does, with progress a person can read."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from knowledge import KnowledgeError, load
from processes.stack import ENVIRONMENT, MODEL, RASA_PYTHON, ROOT
from processes.training import STEPS

KEPT_LINES = 40


def main() -> int:
    """Returns the exit status; a failed training leaves the old model in place."""
    try:
        load()
    except KnowledgeError as error:
        print(f"The knowledge is not in order, so nothing was trained:\n{error}", file=sys.stderr)
        return 1
    begun = time.monotonic()
    print("Training the model (a minute or two, five the first time) …", flush=True)
    # Validation reads all examples a second time, a quarter of the whole: `make test` and the staff console check them.
    command = [str(RASA_PYTHON), "-m", "bot", "train", "--skip-validation", "--fixed-model-name", MODEL.name.split(".")[0],
               "--out", str(MODEL.parent), *sys.argv[1:]]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)},
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    lines = []
    for line in process.stdout:
        lines = [*lines, line][-KEPT_LINES:]
        for mark, words in STEPS.items():
            if mark in line:
                print(f"  {time.monotonic() - begun:4.0f} s  {words}", flush=True)
    if process.wait() != 0:
        print("".join(lines), file=sys.stderr)
        print("Training failed; the lines above say why. The model from before, if any, is untouched.", file=sys.stderr)
        return process.returncode
    print(f"  {time.monotonic() - begun:4.0f} s  done: {MODEL.relative_to(ROOT)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
