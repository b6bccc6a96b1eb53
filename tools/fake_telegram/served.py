"""Runs an ASGI app on a real port, in a thread of its own; can be stopped and started again there."""

from __future__ import annotations

import threading
import time
from typing import Any

import uvicorn

from processes.ports import free_port


class Served:
    """`url` answers between `start` and `stop`."""

    def __init__(self, app: Any):
        self._app = app
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = uvicorn.Server(uvicorn.Config(self._app, host="127.0.0.1", port=self.port, log_level="critical",
                                                     access_log=False, lifespan="off", timeout_graceful_shutdown=0))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
