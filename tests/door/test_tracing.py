"""OpenTelemetry only where it is asked for and installed; never in the way."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from structlog.testing import capture_logs

from door import tracing
from door.metrics import Metrics


def test_off_unless_asked_for(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with tracing.Tracing().span("rasa") as span:
        assert span is None


def test_asked_for_but_not_installed_is_said_and_no_fault(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with capture_logs() as logs, tracing.Tracing().span("rasa"):
        pass
    assert logs[0]["event"] == "tracing.off"


def test_a_span_for_each_stage(monkeypatch):
    seen = []

    class Tracer:
        @contextmanager
        def start_as_current_span(self, name):
            seen.append(name)
            yield

    monkeypatch.setattr(tracing, "_tracer", Tracer)
    with Metrics().stage("total"):
        pass
    assert seen == ["total"]
