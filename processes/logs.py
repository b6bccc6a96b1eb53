"""Structured logs: one JSON object a line, or coloured lines in a terminal. Never a message's text."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Sends the door's events and those of its libraries to stderr, from `level` up."""
    shared = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level,
              structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
                        logger_factory=structlog.stdlib.LoggerFactory(),
                        wrapper_class=structlog.stdlib.BoundLogger, cache_logger_on_first_use=True)
    renderers = ([structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
                 if sys.stderr.isatty()
                 else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # httpx logs each address it asks, and a deletion's address holds the conversation's id.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
