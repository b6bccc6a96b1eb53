"""Starts and stops the assistant's processes: action server, Rasa, public door.

`make run`, the end-to-end tests, `make evaluate` and `make bench` all run the same real
processes through this module.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, TextIO

ROOT = Path(__file__).resolve().parent.parent
RASA_PYTHON = ROOT / ".venv" / "rasa" / "bin" / "python"
DOOR_PYTHON = ROOT / ".venv" / "door" / "bin" / "python"
MODEL = ROOT / "models" / "pcso.tar.gz"
# Rasa imports TensorFlow whatever the pipeline is: on two busy cores that alone takes a while.
READY_SECONDS = 180
STOP_SECONDS = 15

# Quiet and private: Rasa reports usage to its makers unless told not to.
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
               "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


class StackError(Exception):
    """A part didn't start or stopped by itself; the message names it and says what to do."""


@dataclass
class Part:
    """One process, the address that says it is ready, and where its log goes."""

    name: str
    command: List[str]
    port: int
    ready_path: str
    environment: Dict[str, str] = field(default_factory=dict)
    process: Optional[subprocess.Popen] = None
    log: Optional[Path] = None

    @property
    def ready_url(self) -> str:
        """Answers 200 once the part can work."""
        return f"http://127.0.0.1:{self.port}{self.ready_path}"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port: int) -> bool:
    """Whether something listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def action_server(port: int = 5055) -> Part:
    """The rasa-sdk server with our actions, on loopback only."""
    return Part("action server", [str(RASA_PYTHON), "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)], port,
                "/health", {"SANIC_HOST": "127.0.0.1"})


def rasa(port: int = 5005, actions_port: int = 5055, model: Path = MODEL, log_level: str = "warning") -> Part:
    """Rasa with our channel, without its HTTP API, on loopback only."""
    endpoints = ROOT / "endpoints.yml"
    if actions_port != 5055:
        text = endpoints.read_text(encoding="utf-8").replace("127.0.0.1:5055", f"127.0.0.1:{actions_port}")
        endpoints = ROOT / ".state" / f"endpoints-{actions_port}.yml"
        endpoints.parent.mkdir(exist_ok=True)
        endpoints.write_text(text, encoding="utf-8")
    command = [str(RASA_PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port), "--model", str(model),
               "--endpoints", str(endpoints), "--credentials", str(ROOT / "credentials.yml")]
    return Part("Rasa", command, port, "/webhooks/rest/", {"LOG_LEVEL": log_level.upper()})


def door(port: int = 8000, rasa_port: int = 5005, actions_port: int = 5055) -> Part:
    """The public door."""
    return Part("public door", [str(DOOR_PYTHON), "-m", "door"], port, "/health",
                {"PORT": str(port), "RASA_URL": f"http://127.0.0.1:{rasa_port}",
                 "ACTIONS_URL": f"http://127.0.0.1:{actions_port}"})


def telegram(rasa_port: int = 5005) -> Part:
    """The Telegram channel; only with a token."""
    port = int(os.environ.get("TELEGRAM_METRICS_PORT") or 8001)
    return Part("Telegram", [str(DOOR_PYTHON), "-m", "door.telegram"], port, "/metrics",
                {"RASA_URL": f"http://127.0.0.1:{rasa_port}", "TELEGRAM_METRICS_PORT": str(port)})


class Stack:
    """Several parts as one: started together, stopped together, watched together."""

    def __init__(self, parts: List[Part], logs: Path, environment: Optional[Dict[str, str]] = None,
                 say: Callable[[str], None] = lambda line: None):
        self.parts = parts
        self._logs = logs
        self._environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._say = say

    def __enter__(self) -> Stack:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts all parts at once and waits for each. Raises `StackError`."""
        for part in self.parts:
            if is_taken(part.port):
                raise StackError(f"Port {part.port} is taken, and the {part.name} needs it. Stop what uses it "
                                 f"(for example: fuser -k {part.port}/tcp) and try again.")
        for part in self.parts:
            self.launch(part)
        for part in self.parts:
            self.wait(part)

    def launch(self, part: Part) -> None:
        """Starts one part without waiting for it."""
        self._logs.mkdir(parents=True, exist_ok=True)
        part.log = self._logs / f"{part.name.replace(' ', '-').lower()}.log"
        stream: TextIO = part.log.open("a", encoding="utf-8")
        part.process = subprocess.Popen(
            part.command, cwd=ROOT, env={**os.environ, **self._environment, **part.environment},
            stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
        stream.close()

    def wait(self, part: Part, seconds: float = READY_SECONDS) -> None:
        """Waits until `part` answers. Raises `StackError` with the end of its log."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if part.process.poll() is not None:
                raise StackError(f"The {part.name} stopped while starting. The end of {part.log}:\n{_tail(part.log)}")
            with contextlib.suppress(OSError):
                with urllib.request.urlopen(part.ready_url, timeout=2) as answer:
                    if answer.status == 200:
                        self._say(f"  {part.name} is ready ({time.monotonic() - begun:.0f} s)")
                        return
            time.sleep(0.1)
        raise StackError(f"The {part.name} was not ready after {seconds:.0f} s. The end of {part.log}:\n{_tail(part.log)}")

    def watch(self) -> None:
        """Returns never; raises `StackError` when a part stops by itself."""
        while True:
            for part in self.parts:
                if part.process.poll() is not None:
                    raise StackError(f"The {part.name} stopped by itself (exit code {part.process.returncode}). "
                                     f"The end of {part.log}:\n{_tail(part.log)}")
            time.sleep(0.5)

    def stop(self) -> None:
        """Stops all parts, the door first, and waits for them."""
        for part in reversed(self.parts):
            stop(part)


def stop(part: Part, how: signal.Signals = signal.SIGTERM) -> None:
    """Stops one part with its children; kills it when it won't."""
    if part.process is None or part.process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(part.process.pid, how)
    try:
        part.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()


def _tail(log: Optional[Path], lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log else ""


def main() -> int:
    """`make run`."""
    public_port = int(os.environ.get("PORT") or 8000)
    parts = [action_server(), rasa(), door(public_port)]
    if os.environ.get("TELEGRAM_BOT_TOKEN"):
        parts.append(telegram())
    else:
        print("Telegram is off: set TELEGRAM_BOT_TOKEN to turn it on (docs/telegram.md).")
    print("Starting the assistant (logs in .state/logs) …", flush=True)
    stack = Stack(parts, ROOT / ".state" / "logs", say=lambda line: print(line, flush=True))
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        with stack:
            print(f"\nThe assistant answers at http://localhost:{public_port}  (Ctrl-C stops it)", flush=True)
            stack.watch()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
