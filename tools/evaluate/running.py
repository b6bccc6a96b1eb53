"""An assistant to ask: somebody's, or one of our own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Callable, Iterator

from processes import stack
from processes.ports import free_port


@contextlib.contextmanager
def running_rasa(say: Callable[[str], None]) -> Iterator[str]:
    """The address of an assistant to ask: that of PCSO_RASA_URL, else one of our own.

    Ours runs on free ports with a database that is thrown away. Raises `stack.StackError`.
    """
    given = os.environ.get("PCSO_RASA_URL")
    if given:
        say(f"Asking the assistant at {given}")
        yield given
        return
    if not stack.MODEL.exists():
        raise stack.StackError(f"There is no model at {stack.MODEL}. Run `make train` first.")
    actions_port, port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="pcso-evaluate-") as folder:
        environment = {"DATABASE_URL": f"sqlite:///{folder}/conversations.db", "PCSO_DEBUG": "1"}
        parts = [stack.action_server(actions_port), stack.rasa(port, actions_port)]
        say("Starting action server and Rasa …")
        with stack.Stack(parts, Path(folder) / "logs", environment, say):
            yield f"http://127.0.0.1:{port}"
