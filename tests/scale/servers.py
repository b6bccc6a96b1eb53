"""A real PostgreSQL and a real Redis of our own, on free ports, with nothing kept; for Python 3.10 and 3.12."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

import pytest

from processes.ports import free_port

START_SECONDS = 60
INSTALL = "`apt-get install postgresql redis-server` brings it."


@contextmanager
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips the test where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="pcso-postgres-"))
    port = free_port()
    try:
        user = _as_somebody(folder)
        _run([_program("initdb"), "-D", str(folder / "data"), "-U", "pcso", "-A", "trust", "--no-sync", "-E", "UTF8"], user)
        server = subprocess.Popen([_program("postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder), "-c",
                                   "listen_addresses=127.0.0.1", "-c", "max_connections=300"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, **user)
        try:
            _wait_for(port, server)
            _run([_program("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "pcso", "pcso"], user, tries=50)
            yield f"postgresql://pcso@127.0.0.1:{port}/pcso"
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM would wait for connections to be closed
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Running:
    """A Redis that can be stopped and started again at the same address."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        """Comes up empty."""
        self._server = subprocess.Popen([_program("redis-server"), "--port", str(self._port), "--bind", "127.0.0.1", "--save", "",
                                         "--appendonly", "no"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for(self._port, self._server)

    def stop(self) -> None:
        """Goes at once."""
        self._server.terminate()
        self._server.wait(30)


@contextmanager
def redis_running() -> Iterator[Running]:
    """An empty Redis of our own. Skips the test where Redis is not installed."""
    server = Running()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis."""
    with redis_running() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A real PostgreSQL."""
    with postgres() as url:
        yield url


def _program(name: str) -> str:
    # Debian keeps PostgreSQL's programs out of the path.
    found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)
    if not found:
        pytest.skip(f"{name} is not installed. {INSTALL}")
    return found


def _as_somebody(folder: Path) -> dict:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    if os.geteuid() != 0:
        return {}
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip(f"There is no user 'postgres'. {INSTALL}")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": "postgres", "group": owner.pw_gid, "cwd": str(folder)}


def _run(command: List[str], user: dict, tries: int = 1) -> None:
    for _ in range(tries):
        done = subprocess.run(command, capture_output=True, text=True, check=False, **user)
        if done.returncode == 0:
            return
        time.sleep(0.2)
    raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{server.args[0]} did not start.")
