"""What the channel counts. Kinds, topics and numbers only: nothing that a person wrote or is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from door.metrics import SECONDS


class Metrics:
    """One registry of its own, so that two channels in one process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter("pcso_telegram_updates", "Updates that Telegram brought.", ["kind"], registry=self.registry)
        self.answers = Counter("pcso_telegram_answers", "Turns answered, by who answered: rasa, alone (without Rasa), "
                               "own (the channel's own words).", ["by"], registry=self.registry)
        self.messages = Counter("pcso_telegram_messages", "Messages to Telegram: sent, left (person has blocked the bot), "
                                "refused, gave_up.", ["outcome"], registry=self.registry)
        self.errors = Counter("pcso_telegram_errors", "What went wrong, and where.", ["where", "reason"],
                              registry=self.registry)
        self.stages = Histogram("pcso_telegram_seconds", "Time spent in each stage of an update: wait (for its chat's "
                                "turn), rasa, store, send, total.", ["stage"], buckets=SECONDS, registry=self.registry)
        self.feedback = Counter("pcso_telegram_feedback", "What people said of an answer.", ["helpful"],
                                registry=self.registry)
        self.waiting = Gauge("pcso_telegram_updates_in_progress", "Updates being answered now.", registry=self.registry)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one stage."""
        with self.stages.labels(name).time():
            yield

    def serve(self, port: int) -> None:
        """Answers `/metrics` on 127.0.0.1. Raises `OSError` where the port is taken."""
        start_http_server(port, addr="127.0.0.1", registry=self.registry)
