"""Shows how far a long job is: one line that moves on a terminal, a line each tenth in a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """`with Progress('Asking') as progress: progress(done, total)`."""

    def __init__(self, what: str, stream: TextIO = sys.stderr):
        self._what = what
        self._stream = stream
        self._begun = time.monotonic()
        self._tenth = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream.isatty():
            self._stream.write("\n")

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total`."""
        seconds = time.monotonic() - self._begun
        left = seconds / done * (total - done) if done else 0
        line = f"{self._what} {done}/{total} ({seconds:.0f} s, {left:.0f} s to go)"
        if self._stream.isatty():
            self._stream.write(f"\r{line:<70}")
            self._stream.flush()
        elif done * 10 // max(total, 1) > self._tenth:
            self._tenth = done * 10 // max(total, 1)
            self._stream.write(f"{line}\n")
            self._stream.flush()
