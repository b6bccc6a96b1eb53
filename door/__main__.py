"""`python -m door`: starts the public door. `python -m door settings`: lists its settings."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys

import structlog
import uvicorn

from door.app import create_app
from door.settings import Settings, SettingsError, from_environment, table
from door.turns import TURN_SECONDS
from processes import logs

log = structlog.get_logger()

# A connection that says nothing for this long is closed; browsers open a new one unnoticed.
KEEP_ALIVE_SECONDS = 15


class CannotStart(Exception):
    """Said to the operator as it is."""


def main(arguments: list[str]) -> int:
    """Runs until SIGTERM or SIGINT; answers what it began; returns the exit code."""
    if arguments == ["settings"]:
        print(table())
        return 0
    try:
        settings = from_environment()
        logs.configure(settings.log_level)
        listening = _listen(settings)
        app = create_app(settings)
    except SettingsError as error:
        print(f"door: wrong settings.\n{error}", file=sys.stderr)
        return 2
    except CannotStart as error:
        print(f"door: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"door: can't write where it keeps its key and its database ({error}). Make that folder writable, "
              "or set SECRET_KEY and DATABASE_URL.", file=sys.stderr)
        return 1
    server = uvicorn.Server(uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=int(TURN_SECONDS) + 5))
    # Its own lines say less than ours, and it would log each address.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    shown = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host
    # uvicorn stops in good order and then repeats the signal, which would end us as if killed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    log.info("door.open", address=f"http://{shown}:{settings.port}")
    server.run(sockets=[listening])
    log.info("door.closed")
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"port {settings.port} is taken. Stop what uses it, or set PORT to another.") from None
        raise CannotStart(f"can't listen on {settings.host}:{settings.port} ({error.strerror}). "
                          "Look at HOST and PORT.") from None
    return listening


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
