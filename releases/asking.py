"""Starts a release or a draft on free ports of its own and asks it everything."""

from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Dict, Iterator, List

from evaluation.asking import AT_ONCE
from evaluation.client import Client, RasaError, Reply
from processes import stack
from processes.ports import free_port
from releases.answers import SEPARATOR, Answered, answered
from releases.jobs import Kept

Answers = Dict[str, Answered]


class Recorder(Client):
    """A client that keeps every reply in full, by the words of the conversation so far."""

    def __init__(self, url: str):
        super().__init__(url)
        self.answers: Answers = {}
        self._said: Dict[str, List[str]] = {}

    def ask(self, sender: str, text: str) -> Reply:
        """See `Client.ask`."""
        said = self._said.setdefault(sender, [])
        said.append(text)
        reply = super().ask(sender, text)
        self.answers[SEPARATOR.join(said)] = answered(reply.messages)
        return reply


@contextlib.contextmanager
def serving(root: Path, model: Path, logs: Path) -> Iterator[str]:
    """The address of an assistant with this model and the facts below `root`. Raises `StackError`."""
    actions_port, port = free_port(), free_port()
    database = logs / f"{uuid.uuid4().hex}.db"
    logs.mkdir(parents=True, exist_ok=True)
    parts = [stack.action_server(actions_port, root=root), stack.rasa(port, actions_port, model, root=root)]
    environment = {"DATABASE_URL": f"sqlite:///{database}", "PCSO_DEBUG": "1", "RELEASES_URL": "", "REDIS_URL": ""}
    with stack.Stack(parts, logs, environment, leashed=True):
        yield f"http://127.0.0.1:{port}"


def ask_kept(client: Client, kept: List[List[Kept]], progress: Callable[[int], None]) -> Dict[int, Answered]:
    """What people wrote, asked again conversation by conversation: the message's number → the reply. Unanswered ones are left out."""
    found: Dict[int, Answered] = {}

    def ask(conversation: List[Kept]) -> None:
        sender = f"kept-{uuid.uuid4().hex}"
        for message in conversation:
            with contextlib.suppress(RasaError):
                found[message.number] = answered(client.ask(sender, message.text).messages)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = 0
        for conversation, _ in zip(kept, pool.map(ask, kept), strict=True):
            done += len(conversation)
            progress(done)
    return found
