"""The channel as operators run it, `python -m door.telegram`: a process that can be stopped, killed and started again."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import re
import signal
import sys
import time
import urllib.request
from pathlib import Path

from processes.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
# On two cores that nine people share, reading the knowledge alone has taken 15 s.
START_SECONDS = 90

# (The server of forks finds its modules by this variable alone until Python 3.12.3.)
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["telegram_preload"])


def _main(environment: dict[str, str], patches: dict[str, object], log: Path) -> None:
    os.environ.update(environment)
    for name, value in patches.items():
        module, attribute = name.split(".")
        setattr(importlib.import_module(f"door.telegram.{module}"), attribute, value)
    os.chdir(ROOT)
    stream = log.open("a")
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    from door.telegram.__main__ import main

    sys.exit(main([]))


class ChannelProcess:
    """One channel: its settings, its database, and the process.

    `patches` are constants of its modules that would take a test too long: {"running.STOP_SECONDS": 0.3}.
    """

    def __init__(self, folder: Path, api_url: str, rasa_url: str, token: str, patches: dict[str, object] | None = None,
                 **settings: str):
        self._patches = patches or {}
        self.token = token
        self.metrics_port = free_port()
        self.database = folder / "telegram.db"
        self.log = folder / "telegram.log"
        self._environment = {
            "TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": api_url, "RASA_URL": rasa_url,
            "DATABASE_URL": f"sqlite:///{self.database}", "SECRET_KEY": "0123456789abcdef" * 4,
            "TELEGRAM_METRICS_PORT": str(self.metrics_port), **settings}
        self.process: multiprocessing.process.BaseProcess | None = None

    def start(self, wait: bool = True) -> ChannelProcess:
        seen = self.logged("telegram.open")
        self.process = _PROCESSES.Process(target=_main, args=(self._environment, self._patches, self.log))
        self.process.start()
        end = time.monotonic() + START_SECONDS
        while wait and self.logged("telegram.open") == seen:
            assert self.process.is_alive() and time.monotonic() < end, self.text()
            time.sleep(0.02)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal and waits for the end; the exit code."""
        if self.process.is_alive():
            os.kill(self.process.pid, how)
        return self.finished()

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def finished(self, seconds: float = 30) -> int:
        self.process.join(seconds)
        assert not self.process.is_alive(), self.text()
        return self.process.exitcode

    def text(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def logged(self, event: str) -> int:
        return self.text().count(event)

    def idle(self) -> ChannelProcess:
        """Waits until every update that came is answered and noted."""
        return self.wait_metric("pcso_telegram_updates_in_progress", 0)

    def wait_metric(self, name: str, value: float, seconds: float = 15) -> ChannelProcess:
        """Waits until a line of /metrics has this value."""
        end = time.monotonic() + seconds
        while (found := self.metric(name)) != value:
            assert time.monotonic() < end, f"{name} is {found}, not {value}"
            time.sleep(0.02)
        return self

    def metric(self, name: str) -> float:
        """The value of a line of /metrics, named with its labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    def close(self) -> None:
        if self.process and self.process.is_alive():
            self.kill()
        (ROOT / ".state" / f"telegram-{self.token.split(':')[0]}.lock").unlink(missing_ok=True)
