"""Starts and stops the assistant's processes: action server, Rasa, public door.

`make run`, the staff console's jobs, the end-to-end tests, `make evaluate` and `make bench` all
run the same real processes through this module.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, TextIO

from knowledge.direct import urlopen
from processes.keeper import READY_SECONDS, Keeper

ROOT = Path(__file__).resolve().parent.parent
RASA_PYTHON = ROOT / ".venv" / "rasa" / "bin" / "python"
DOOR_PYTHON = ROOT / ".venv" / "door" / "bin" / "python"
MODEL = ROOT / "models" / "pcso.tar.gz"
STOP_SECONDS = 15
# A log that has grown beyond this goes to `….log.1`, in place of the one before: some twice as much a part, for ever.
MOST_LOG_BYTES = 10 * 1024 * 1024
# How often Rasa asks for a new model.
PULL_SECONDS = 2

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
    # Written for this part alone, and deleted with it.
    scratch: List[Path] = field(default_factory=list)
    # The project it runs from: another one for a copy that is being checked.
    root: Path = ROOT
    process: Optional[subprocess.Popen] = None
    log: Optional[Path] = None

    @property
    def ready_url(self) -> str:
        """Answers 200 once the part can work."""
        return f"http://127.0.0.1:{self.port}{self.ready_path}"


def is_taken(port: int) -> bool:
    """Whether something listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def releases(port: int = 5056, folder: Optional[Path] = None) -> Part:
    """The internal server that Rasa and the action server take what is live from, on loopback only."""
    environment = {"RELEASES_PORT": str(port), "RELEASES_HOST": "127.0.0.1"}
    return Part("release server", [str(DOOR_PYTHON), "-m", "releases"], port, "/health",
                {**environment, **({"RELEASES_DIR": str(folder)} if folder else {})})


def action_server(port: int = 5055, releases_url: str = "", root: Path = ROOT) -> Part:
    """The rasa-sdk server with our actions, on loopback only; without `releases_url` it answers from the files."""
    return Part("action server", [str(RASA_PYTHON), "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)], port,
                "/health", {"SANIC_HOST": "127.0.0.1", "RELEASES_URL": releases_url}, root=root)


def rasa(port: int = 5005, actions_port: int = 5055, model: Path = MODEL, log_level: str = "warning", releases_url: str = "",
         root: Path = ROOT) -> Part:
    """Rasa with our channel, without its HTTP API, on loopback only; without `releases_url` it stays with `model`."""
    endpoints, scratch = root / "endpoints.yml", []
    if actions_port != 5055 or releases_url:
        text = endpoints.read_text(encoding="utf-8").replace("127.0.0.1:5055", f"127.0.0.1:{actions_port}")
        if releases_url:
            text += f'\nmodels:\n  url: "{releases_url}/model"\n  wait_time_between_pulls: {PULL_SECONDS}\n'
        endpoints = ROOT / ".state" / f"endpoints-{port}.yml"
        endpoints.parent.mkdir(exist_ok=True)
        endpoints.write_text(text, encoding="utf-8")
        scratch = [endpoints]
    command = [str(RASA_PYTHON), "-m", "bot", "run", "--interface", "127.0.0.1", "--port", str(port), "--model", str(model),
               "--endpoints", str(endpoints), "--credentials", str(root / "credentials.yml")]
    return Part("Rasa", command, port, "/webhooks/rest/", {"LOG_LEVEL": log_level.upper()}, scratch, root)


def door(port: int = 8000, rasa_port: int = 5005, actions_port: int = 5055) -> Part:
    """The public door."""
    return Part("public door", [str(DOOR_PYTHON), "-m", "door"], port, "/health",
                {"PORT": str(port), "RASA_URL": f"http://127.0.0.1:{rasa_port}",
                 "ACTIONS_URL": f"http://127.0.0.1:{actions_port}"})


def telegram(rasa_port: int = 5005, port: Optional[int] = None) -> Part:
    """The Telegram channel; only with a token. `port` is that of its figures."""
    port = port or int(os.environ.get("TELEGRAM_METRICS_PORT") or 8001)
    return Part("Telegram", [str(DOOR_PYTHON), "-m", "door.telegram"], port, "/metrics",
                {"RASA_URL": f"http://127.0.0.1:{rasa_port}", "TELEGRAM_METRICS_PORT": str(port)})


class Stack:
    """Several parts as one: started together, stopped together, watched together."""

    def __init__(self, parts: List[Part], logs: Path, environment: Optional[Dict[str, str]] = None,
                 say: Callable[[str], None] = lambda line: None, leashed: bool = False):
        """`leashed`: the parts go when this process is killed (Linux; start them from its main thread)."""
        self.parts = parts
        self._before = go_with_parent() if leashed else None
        self._logs = logs
        self._environment = {**ENVIRONMENT, **(environment or {})}
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
        _turn_over(part.log)
        stream: TextIO = part.log.open("a", encoding="utf-8")
        part.process = subprocess.Popen(
            part.command, cwd=part.root, env={**os.environ, **self._environment, "PYTHONPATH": str(part.root), **part.environment},
            stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=self._before)
        stream.close()

    def wait(self, part: Part, seconds: float = READY_SECONDS) -> None:
        """Waits until `part` answers. Raises `StackError` with the end of its log."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            if part.process.poll() is not None:
                raise StackError(f"The {part.name} stopped while starting. The end of {part.log}:\n{_tail(part.log)}")
            with contextlib.suppress(OSError):
                with urlopen(part.ready_url, timeout=2) as answer:
                    if answer.status == 200:
                        self._say(f"  {part.name} is ready ({time.monotonic() - begun:.0f} s)")
                        return
            time.sleep(0.1)
        raise StackError(f"The {part.name} was not ready after {seconds:.0f} s. The end of {part.log}:\n{_tail(part.log)}")

    def watch(self) -> None:
        """Returns never; starts parts again that stop by themselves (processes/keeper.py), and keeps their logs small."""
        keeper = Keeper(self.parts, self.launch, self._say)
        while True:
            keeper.look()
            for part in self.parts:
                _turn_over(part.log)
            time.sleep(0.5)

    def stop(self) -> None:
        """Stops all parts, what people reach first, and waits for them."""
        for part in reversed(self.parts):
            stop(part)
            for path in part.scratch:
                path.unlink(missing_ok=True)


def go_with_parent() -> Optional[Callable[[], None]]:
    """For `preexec_fn`: asks Linux to end the new process when its parent ends, however that happens; None elsewhere.

    The parent is the thread that starts it: start it from the main one (prctl(2), PR_SET_PDEATHSIG).
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, signal.SIGKILL) and None


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


def _turn_over(log: Path) -> None:
    """Puts a log that has grown large aside. Its part goes on writing into the same file, which is emptied."""
    with contextlib.suppress(OSError):  # none yet; or a full disk, which may be emptied tomorrow
        if log.stat().st_size > MOST_LOG_BYTES:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def _tail(log: Optional[Path], lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log else ""
