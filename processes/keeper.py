"""Starts parts again that have stopped by themselves, or have long been silent: what `make run` does after its start."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import urllib.error
from http.client import HTTPException
from typing import Callable, Dict, List, Optional

from knowledge.direct import urlopen

FIRST_PAUSE_SECONDS = 1.0
# A part that stops again and again is tried this often for ever: a full disk may be emptied tomorrow.
LONGEST_PAUSE_SECONDS = 30.0
# Who has lived so long stops for another reason than that it can't start.
STEADY_SECONDS = 60.0
# A part that takes connections and says nothing hangs. Rasa says nothing while it loads a model, some seconds.
SILENT_SECONDS = 60.0
# Who starts says nothing for longer. On two busy cores Rasa's imports alone take a while.
READY_SECONDS = 180.0
PROBE_EVERY_SECONDS = 10.0
PROBE_SECONDS = 5.0


class _State:
    """What is known of one part since it was last started."""

    def __init__(self, now: float):
        self.begun = now
        self.failures = 0
        self.again_at: Optional[float] = None  # when it is started again, once it has stopped
        self.heard: Optional[float] = None     # when it last answered; None until it first has
        self.probed = now


class Keeper:
    """Looks after `parts` (processes.stack.Part), which `launch` starts; `say` takes lines for the operator."""

    def __init__(self, parts: List, launch: Callable, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic):
        self._parts = parts
        self._launch = launch
        self._say = say
        self._clock = clock
        self._states: Dict[str, _State] = {part.name: _State(clock()) for part in parts}

    def look(self) -> None:
        """Looks at each part once and does what is due; call it about twice a second."""
        for part in self._parts:
            state, now = self._states[part.name], self._clock()
            if part.process.poll() is None:
                self._listen(part, state, now)
            elif state.again_at is None:
                self._stopped(part, state, now)
            elif now >= state.again_at:
                _end_group(part)  # a child left behind may still hold the port
                state.begun, state.again_at, state.heard, state.probed = now, None, None, now
                try:
                    self._launch(part)
                except OSError as error:  # no memory or no process to be had just now
                    state.failures += 1
                    self._say(f"The {part.name} can't be started just now ({error}). Trying again in {self._pause(state, now):.0f} s.")

    def _stopped(self, part, state: _State, now: float) -> None:
        state.failures = 1 if now - state.begun > STEADY_SECONDS else state.failures + 1
        self._say(f"The {part.name} stopped by itself (exit code {part.process.returncode}; its log is {part.log}). "
                  f"Starting it again in {self._pause(state, now):.0f} s. People are told 999 and 101 meanwhile.")

    @staticmethod
    def _pause(state: _State, now: float) -> float:
        """Waits longer with each failure in a row; gives the seconds."""
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(state.failures - 1, 10), LONGEST_PAUSE_SECONDS)  # 2 ** 1024 is too much for a float
        state.again_at = now + pause
        return pause

    def _listen(self, part, state: _State, now: float) -> None:
        if now - state.probed < PROBE_EVERY_SECONDS:
            return
        state.probed = now
        if _answers(part.ready_url):
            state.heard = self._clock()
            return
        since, patience = (state.begun, READY_SECONDS) if state.heard is None else (state.heard, SILENT_SECONDS)
        if now - since > patience:
            self._say(f"The {part.name} has said nothing for {patience:.0f} s: stopping it.")
            _end_group(part)


def _answers(url: str) -> bool:
    """Whether anything at all is answered: a 503 comes from a part that lives."""
    try:
        with urlopen(url, timeout=PROBE_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, HTTPException):
        return False


def _end_group(part) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(part.process.pid, signal.SIGKILL)
