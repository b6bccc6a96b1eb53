"""Takes a published model up without anybody waiting, and only if it is what was published.

Rasa pulls models by itself (`models:` in endpoints.yml): this keeps its protocol and its
schedule, and changes four things. A local model is loaded first, so that Rasa starts with the
server away; what was pulled must have the digest and signature of its ETag, for a model file
is code; it is loaded in a thread and tried on a message before it answers people; and one that
can't be loaded isn't fetched again every two seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import os
import re
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Text, Tuple

import rasa.core.agent as rasa_agent
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.exceptions import ModelNotFound
from rasa.model import get_local_model
from rasa.utils.endpoints import EndpointConfig

from knowledge import signing

log = logging.getLogger(__name__)

# A model that failed may do so for want of memory: it is tried again now and then.
REFUSED_SECONDS = 60.0
TRIED_WITH = "can a pcso search me in derby"
# While a thread loads, Python hands control over this often (seconds; otherwise 5 ms, which a turn would wait a dozen times).
HAND_OVER_SECONDS = 0.0005

_DIGEST = re.compile("[0-9a-f]{64}")

_load_agent = rasa_agent.load_agent
# At most one update runs for an agent, however long it takes.
_running: Dict[int, asyncio.Task] = {}
_refused: Dict[Text, float] = {}
# What was in use before: rolling back to it needs no loading.
_before: Dict[int, Tuple[Text, MessageProcessor]] = {}


async def load_agent(model_path: Optional[Text] = None, model_server: Optional[EndpointConfig] = None,
                     remote_storage: Optional[Text] = None, endpoints: Any = None, loop: Any = None) -> Agent:
    """As `rasa.core.agent.load_agent`, but a local model comes before the model server's."""
    server = (endpoints.model if endpoints else None) or model_server
    local = _local_model(model_path) if server else None
    if server is None or local is None:
        return await _load_agent(model_path, model_server, remote_storage, endpoints, loop)
    without_server = copy.copy(endpoints)
    if without_server:
        without_server.model = None
    agent = await _load_agent(str(local), None, remote_storage, without_server, loop)
    agent.model_server = server
    if agent.is_ready():
        agent.fingerprint = signing.etag(signing.sha256(local.read_bytes()), "model")
    return await rasa_agent.load_from_server(agent, server)


async def update(server: EndpointConfig, agent: Agent) -> None:
    """Asks the model server once, and changes to what it has; whatever goes wrong, the old model stays."""
    server.headers.setdefault("X-Follower", f"rasa-{socket.gethostname()}-{os.getpid()}")
    with tempfile.TemporaryDirectory(prefix="pcso-model-") as folder:
        tag = None
        try:
            known = [agent.fingerprint, *(tag for tag, when in _refused.items() if time.monotonic() - when < REFUSED_SECONDS)]
            tag = await rasa_agent._pull_model_and_fingerprint(server, ", ".join(known), folder)
            if not tag:
                return
            kept_tag, processor = _before.get(id(agent), ("", None))
            if tag != kept_tag:
                # Reading the places and spelling tables takes seconds: beside the event loop, not in it.
                with _handing_over_often():
                    processor = await asyncio.get_running_loop().run_in_executor(None, _load, agent, Path(folder), tag)
        except Exception as error:  # whatever a model does, people are answered by the old one
            if tag:
                _refused[tag] = time.monotonic()
            log.exception("the published model can't be used, the one in use stays: %s", error)
            return
    _change_to(agent, processor, tag)
    _refused.clear()
    log.info("model %s in use", tag)


@contextlib.contextmanager
def _handing_over_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(HAND_OVER_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _local_model(path: Optional[Text]) -> Optional[Path]:
    try:
        model = Path(get_local_model(path))
    except ModelNotFound:
        return None
    return model if _is_what_it_says(model) else None


def _is_what_it_says(model: Path) -> bool:
    """A release keeps its model in a folder named by its digest: one that was changed there isn't opened. Other files say nothing."""
    named = model.parent.name
    if not _DIGEST.fullmatch(named) or signing.sha256(model.read_bytes()) == named:
        return True
    log.error("The model %s was changed since it was released: it isn't loaded. Publish another release, or train anew.", model)
    return False


def _load(agent: Agent, folder: Path, tag: Text) -> MessageProcessor:
    """A processor with the model that was pulled into `folder`. Raises `NotGenuine` and whatever loading raises."""
    path = next(folder.glob("*.tar.gz"))
    signing.verify(tag, path.read_bytes(), "model")
    processor = MessageProcessor(model_path=str(path), tracker_store=agent.tracker_store, lock_store=agent.lock_store,
                                 generator=agent.nlg, action_endpoint=agent.action_endpoint, http_interpreter=agent.http_interpreter)
    if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
        # Of its own: a turn that the old model began ends with the old responses.
        processor.nlg = TemplatedNaturalLanguageGenerator(processor.domain.responses)
    asyncio.run(processor.parse_message(UserMessage(TRIED_WITH)))  # in this thread's own loop
    return processor


def _change_to(agent: Agent, processor: MessageProcessor, tag: Text) -> None:
    """Between two messages: turns that run keep their processor, those that come get the new one."""
    if agent.processor is not None:
        _before[id(agent)] = (agent.fingerprint, agent.processor)
    agent.processor = processor
    agent.nlg = processor.nlg
    agent.domain = processor.domain
    agent.tracker_store.domain = processor.domain
    agent.fingerprint = tag


async def _pull_in_background(server: EndpointConfig, agent: Agent) -> None:
    """Rasa's scheduled job: returns at once, so that a long load makes no queue and no warnings."""
    task = _running.get(id(agent))
    if task is None or task.done():
        _running[id(agent)] = asyncio.get_running_loop().create_task(update(server, agent))


def install() -> None:
    """Puts these in place of Rasa's own."""
    rasa_agent.load_agent = load_agent
    rasa_agent._update_model_from_server = update
    rasa_agent._run_model_pulling_worker = _pull_in_background
