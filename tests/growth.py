"""How the time that a text takes grows with its length: by the processor's clock, so that a busy machine changes little."""

from __future__ import annotations

import time
from typing import Callable

CHARACTERS = 4_000
# 4 where each sign costs the same, 16 where each looks at all others.
MOST = 7.0


def seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time that `work` takes for `text`."""
    began = time.process_time()
    work(text)
    return time.process_time() - began


def growth(work: Callable[[str], object], piece: str, characters: int = CHARACTERS) -> float:
    """How many times as long `work` takes for four times as much of `piece` over and over; tried again where it is over `MOST`."""
    short, long = ((piece * length)[:length] for length in (characters, 4 * characters))
    factor = float("inf")
    for _ in range(4):
        factor = min(factor, seconds(work, long) / max(seconds(work, short), 0.000_5))  # below that the clock is too coarse
        if factor < MOST:
            break
    return factor
