"""OpenTelemetry, only where OTEL_EXPORTER_OTLP_ENDPOINT is set and its packages are installed.

A span for each stage of a message, and nothing in it that a person wrote: names and times.
`pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http` brings the packages.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import structlog

log = structlog.get_logger()

SERVICE = "pcso-door"


def _tracer() -> Any:
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return None
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        log.warning("tracing.off", reason=f"OTEL_EXPORTER_OTLP_ENDPOINT is set, but {error.name} is not installed")
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", SERVICE)}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))  # reads the endpoint itself
    trace.set_tracer_provider(provider)
    return trace.get_tracer(SERVICE)


class Tracing:
    """Made once; without a collector, spans cost nothing."""

    def __init__(self) -> None:
        self._tracer = _tracer()

    def span(self, name: str) -> AbstractContextManager[Any]:
        """Times a stage as a span, within the span that is open."""
        return self._tracer.start_as_current_span(name) if self._tracer else nullcontext()
