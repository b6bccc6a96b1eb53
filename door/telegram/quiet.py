"""Keeps what people write, their numbers and the token out of the libraries' log lines."""

from __future__ import annotations

import logging

# They log whole updates when something goes wrong, and addresses with the token in them.
TALKATIVE = ("telegram", "tornado", "httpx", "httpcore", "aiolimiter", "asyncio", "apscheduler")


class WithoutContents(logging.Filter):
    """Lets a library's record pass with its fixed words only: no arguments, no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; changes the record."""
        if record.name.split(".")[0] in TALKATIVE:
            error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
            record.msg = f"{record.msg if isinstance(record.msg, str) else type(record.msg).__name__} {error}".strip()
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


def hush() -> None:
    """Applies the filter to every handler of the process's logs."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(WithoutContents())
