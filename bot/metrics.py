"""What Rasa counts: times by stage, how sure it was, emergencies, failures. Nothing that a person wrote or is.

Prometheus reads it at `/webhooks/rest/metrics`, on Rasa's own port, which is never public.
"""

from __future__ import annotations

import functools
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Text

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.processor import MessageProcessor

from bot.lean import graph

# From a rule found in memory (0.1 ms) to the channel's last second.
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
TENTHS = tuple(tenth / 10 for tenth in range(1, 11))

registry = CollectorRegistry()
stages = Histogram(
    "pcso_rasa_stage_seconds",
    "Time spent in each stage of a turn: read, understand, choose, act, write, total.",
    ["stage"],
    buckets=SECONDS,
    registry=registry,
)
components = Histogram(
    "pcso_rasa_component_seconds", "Time spent in each component of the model's graph.", ["component"], buckets=SECONDS, registry=registry
)
confidence = Histogram("pcso_rasa_confidence", "How sure the topic of a message was.", buckets=TENTHS, registry=registry)
topics = Counter("pcso_rasa_topics", "Messages by the topic they were understood as.", ["topic"], registry=registry)
unclear = Counter("pcso_rasa_unclear", "Messages answered with 'I'm not sure what you mean'.", registry=registry)
emergencies = Counter("pcso_rasa_emergencies", "Messages answered with 999 first.", registry=registry)
turns = Counter(
    "pcso_rasa_turns", "Turns by outcome: answered, broken (the plain words that something is wrong).", ["outcome"], registry=registry
)
action_failures = Counter("pcso_rasa_action_failures", "Actions that failed, by kind of error.", ["reason"], registry=registry)
in_progress = Gauge("pcso_rasa_turns_in_progress", "Turns that are being answered or wait for their conversation.", registry=registry)


@contextmanager
def stage(name: Text) -> Iterator[None]:
    """Times one stage, whether it succeeds or not."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        stages.labels(name).observe(time.perf_counter() - begun)


def count(notes: List[Dict[Text, Any]], replies: List[Dict[Text, Any]]) -> None:
    """Counts one turn: what the pipeline noted (bot/understood.py), and the replies."""
    for note in notes:
        confidence.observe(note["confidence"])
        topics.labels(note["topic"]).inc()
    customs = [reply.get("custom") or {} for reply in replies]
    unclear.inc(any(custom.get("topic") == "unclear" for custom in customs))
    emergencies.inc(any(custom.get("emergency") for custom in customs))


def text() -> bytes:
    """Everything, in Prometheus' text format."""
    return generate_latest(registry)


def install() -> None:
    """Times what happens inside Rasa."""
    graph.observe = lambda component, seconds: components.labels(component).observe(seconds)
    MessageProcessor._parse_message_with_graph = _timed("understand", MessageProcessor._parse_message_with_graph)
    MessageProcessor._predict_next_with_tracker = _timed("choose", MessageProcessor._predict_next_with_tracker)
    RemoteAction.run = _watched(RemoteAction.run)


def _timed(name: Text, function: Callable) -> Callable:
    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        with stage(name):
            return function(*arguments, **named)

    return timed


def _watched(run: Callable) -> Callable:
    @functools.wraps(run)
    async def watched(*arguments: Any, **named: Any) -> Any:
        try:
            with stage("act"):
                return await run(*arguments, **named)
        except ActionExecutionRejection:
            raise  # an action that declines is no failure
        except BaseException as error:
            action_failures.labels(type(error.__cause__ or error).__name__).inc()
            raise

    return watched
