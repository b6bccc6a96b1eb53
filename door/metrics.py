"""What the door counts. Topics and numbers only: nothing that a person wrote or is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from door.tracing import Tracing

# From a keep-alive answer on loopback (5 ms) to Rasa's last second.
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)
# A label is a time series for ever: whatever Rasa sends, there are no more topics than this.
MOST_TOPICS = 200


class Metrics:
    """One registry of its own, so that two apps in one process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter("pcso_messages", "Replies to people's messages.",
                                ["topic", "scope", "emergency", "outcome"], registry=self.registry)
        self.stages = Histogram("pcso_stage_seconds", "Time spent in each stage of a message.", ["stage"],
                                buckets=SECONDS, registry=self.registry)
        self.errors = Counter("pcso_errors", "Answers that are errors.", ["status"], registry=self.registry)
        self.rasa_failures = Counter("pcso_rasa_failures", "Questions that Rasa did not answer.", ["reason"],
                                     registry=self.registry)
        self.feedback = Counter("pcso_feedback", "What people said of a reply.", ["helpful"], registry=self.registry)
        self.waiting = Gauge("pcso_messages_in_progress", "Messages being answered now.", registry=self.registry)
        self._topics: set[str] = set()
        self._tracing = Tracing()

    def count(self, replies: list[dict[str, Any] | None], outcome: str) -> None:
        """Counts the `custom` objects of a turn."""
        for custom in replies:
            custom = custom or {}
            self.messages.labels(self._topic(str(custom.get("topic"))), str(custom.get("scope")),
                                 str(bool(custom.get("emergency"))).lower(), outcome).inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one stage: wait, read, rasa, write, total."""
        with self.stages.labels(name).time(), self._tracing.span(name):
            yield

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _topic(self, topic: str) -> str:
        if topic not in self._topics and len(self._topics) >= MOST_TOPICS:
            return "other"
        self._topics.add(topic)
        return topic
