"""`python -m releases`: the internal release server, on loopback unless told otherwise."""

from __future__ import annotations

import logging
import os
import socket
import sys

import structlog
import uvicorn

from processes import logs
from releases.server import Server
from releases.store import Store, StoreError, key

log = structlog.get_logger()
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 5056


def main() -> int:
    """Runs until it is told to stop; returns the exit code."""
    logs.configure(os.environ.get("LOG_LEVEL") or "INFO")
    store = Store()
    try:
        store.sweep()
    except (StoreError, OSError) as error:
        log.error("releases.not_swept", error=str(error))  # serving goes on: what is live can be in order all the same
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    host, port = os.environ.get("RELEASES_HOST") or DEFAULT_HOST, os.environ.get("RELEASES_PORT") or str(DEFAULT_PORT)
    try:
        listening.bind((host, int(port)))
    except (OSError, ValueError, OverflowError) as error:
        print(f"releases: can't listen on {host}:{port} ({error}). Look at RELEASES_HOST and RELEASES_PORT.", file=sys.stderr)
        return 1
    app = Server(store, os.environ.get("RELEASES_KEY") or key(store.folder)).app()
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    log.info("releases.open", address=f"http://{host}:{port}", folder=str(store.folder))
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False)).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
