"""Each part of the real assistant dead, slow, full or talking rubbish: people hear the truth with 999 and 101, and it heals."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from processes.keeper import Keeper
from processes.ports import free_port
from processes.stack import MODEL
from tests.real import Real, until

pytestmark = pytest.mark.slow

DANGER = "help he's got a knife"
QUESTION = "can they search me?"


def hears_the_truth(real: Real) -> None:
    """A question gets words that name 999 and 101, whether Rasa or the door says them; danger gets 999 first."""
    answer = real.say(QUESTION, real.token)
    assert answer.status in (200, 503)
    assert all("999" in text and "101" in text for text in answer.texts), answer.texts
    for token in (real.token, None):
        danger = real.say(DANGER, token)
        assert danger.status == 200
        assert "999" in danger.texts[0][:100] and danger.body["messages"][0]["custom"]["emergency"] is True


def is_well(real: Real) -> bool:
    """Whether a question gets its real answer."""
    answer = real.say(QUESTION, real.token)
    return answer.status == 200 and answer.body["messages"][0]["custom"]["topic"] == "powers_search"


def test_action_server_dead(real: Real):
    real.kill(real.actions)
    hears_the_truth(real)
    token = real.say(DANGER, None).body["conversation"]
    for message in ("wat do i do", "how long will they be"):  # still about the danger, though no action keeps that
        after = real.say(message, token)
        assert after.body["messages"][0]["custom"]["topic"] == "emergency_waiting" and "999" in after.texts[0][:60], after.texts
    until(lambda: real.missing() == ["actions"])
    real.start(real.actions)
    until(lambda: is_well(real))


def test_action_server_standing_still(real: Real):
    real.pause(real.actions)
    hears_the_truth(real)
    until(lambda: real.missing() == ["actions"])
    real.resume(real.actions)
    until(lambda: is_well(real))


class _Rubbish(BaseHTTPRequestHandler):
    body = b""
    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("ETag", '"rubbish"')
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def talking_rubbish(port: int, status: int, body: bytes):
    """A server on `port` that answers everything with the same."""
    server = until(lambda: ThreadingHTTPServer(("127.0.0.1", port), type("Rubbish", (_Rubbish,), {"status": status, "body": body})))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status, body", [
    (200, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"events": 7, "responses": "x"}'),
    (200, b'{"events": [], "responses": [{"text": 7}]}'),
    (200, b"\xff\xfe"), (500, b"oops"), (400, b'{"error": "x", "action_name": "y"}'), (302, b"")],
    ids=["nothing", "HTML", "a list", "other types", "a number for text", "no UTF-8", "500", "400", "302"])
def test_action_server_answering_rubbish(real: Real, status: int, body: bytes):
    real.kill(real.actions)
    with talking_rubbish(real.actions.port, status, body):
        hears_the_truth(real)
    real.start(real.actions)
    until(lambda: is_well(real))


@pytest.mark.parametrize("status, body", [(200, b"<html>"), (200, b"PK\x03\x04 cut off"), (500, b"oops")], ids=["HTML", "cut off", "500"])
def test_broken_knowledge(real: Real, tmp_path: Path, status: int, body: bytes):
    """What isn't genuine is never taken up: the action server starts, and answers, from what it had."""
    port = free_port()
    real.kill(real.actions)
    real.actions.environment |= {"RELEASES_URL": f"http://127.0.0.1:{port}", "KNOWLEDGE_CACHE": str(tmp_path)}
    try:
        with talking_rubbish(port, status, body):
            real.start(real.actions)
            until(lambda: is_well(real))
            until(lambda: "what is in use stays" in real.actions.log.read_text(encoding="utf-8", errors="replace"))
            assert is_well(real)
    finally:
        real.kill(real.actions)
        for name in ("RELEASES_URL", "KNOWLEDGE_CACHE"):
            del real.actions.environment[name]
    real.start(real.actions)
    until(lambda: is_well(real))


def test_rasa_dead_then_starting_then_well(real: Real):
    real.kill(real.rasa)
    hears_the_truth(real)
    until(lambda: real.missing() == ["rasa"])
    message = str(uuid.uuid4())
    assert real.say("what does a pcso do", real.token, id=message).status == 503
    real.stack.launch(real.rasa)
    hears_the_truth(real)  # while it starts
    real.stack.wait(real.rasa)
    assert until(lambda: real.say("what does a pcso do", real.token, id=message).status == 200)
    asked = [kept["text"] for kept in real.history(real.token) if kept["from"] == "person"]
    assert asked.count("what does a pcso do") == 1


def test_rasa_standing_still(real: Real):
    real.pause(real.rasa)
    hears_the_truth(real)
    until(lambda: real.missing() == ["rasa"])
    real.resume(real.rasa)
    until(lambda: is_well(real))


def test_rasa_out_of_memory(real: Real):
    pid = real.rasa.process.pid
    size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.prlimit(pid, resource.RLIMIT_AS, (size, size))  # not a byte more than it has
    with contextlib.suppress(OSError):
        for _ in range(10):
            answer = real.say(QUESTION, real.token)
            assert answer.status in (200, 503) and answer.texts
    danger = real.say(DANGER, real.token)
    assert danger.status == 200 and "999" in danger.texts[0][:100]
    real.kill(real.rasa)  # as the kernel would
    real.start(real.rasa)
    until(lambda: is_well(real))


def test_a_corrupt_model(real: Real, tmp_path: Path):
    real.kill(real.rasa)
    corrupt = tmp_path / "corrupt.tar.gz"
    content = bytearray(MODEL.read_bytes())
    content[len(content) // 3:len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    corrupt.write_bytes(content)
    command = list(real.rasa.command)
    real.rasa.command = [str(corrupt) if word == str(MODEL) else word for word in command]
    assert real.rasa.command != command
    said_before = real.rasa.log.stat().st_size
    real.stack.launch(real.rasa)
    try:
        until(lambda: real.rasa.process.poll() is not None or b"Traceback" in real.rasa.log.read_bytes()[said_before:], 180)  # it was tried
        hears_the_truth(real)
        assert real.missing() == ["rasa"]
    finally:
        real.rasa.command = command
        real.kill(real.rasa)
    real.start(real.rasa)
    until(lambda: is_well(real))


def test_database_locked(real: Real):
    other = sqlite3.connect(real.database, isolation_level=None, timeout=20)
    other.execute("BEGIN IMMEDIATE")
    try:
        hears_the_truth(real)
        until(lambda: "database" in real.missing())
    finally:
        other.close()
    until(lambda: is_well(real))


def test_a_full_disk(real: Real):
    """No process may make a file longer than its longest is now: as full as a disk can be."""
    real.say(QUESTION, real.token)
    kept = real.history(real.token)
    longest = 4_096
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    for part in (real.door, real.rasa):
        resource.prlimit(part.process.pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))
    try:
        hears_the_truth(real)
        until(lambda: "database" in real.missing())
    finally:
        for part in (real.door, real.rasa):
            resource.prlimit(part.process.pid, resource.RLIMIT_FSIZE, unlimited)
    until(lambda: is_well(real))
    assert real.history(real.token)[:len(kept)] == kept


def test_the_database_gone(real: Real, tmp_path: Path):
    kept = real.history(real.token)
    files = [path for path in real.folder.iterdir() if path.name.startswith("conversations.db")]
    # Whoever has it open goes on writing to what is gone, so both are started anew, as after a crash of the machine.
    for part in (real.door, real.rasa):
        real.kill(part)
    for path in files:
        shutil.move(path, tmp_path / path.name)
    real.database.mkdir()  # nothing can be opened there
    try:
        real.stack.launch(real.rasa)
        real.stack.launch(real.door)
        until(lambda: real.say(DANGER).status == 200)
        assert "999" in real.say(DANGER).texts[0][:100]
        answer = real.say(QUESTION)
        assert answer.status == 503 and "999" in answer.texts[0] and "101" in answer.texts[0]
        assert "database" in real.missing()
    finally:
        real.database.rmdir()
        for path in files:
            shutil.move(tmp_path / path.name, path)
    healed_by_itself(real)  # a part that gave up for want of a database is started again
    assert real.history(real.token)[:len(kept)] == kept


def healed_by_itself(real: Real) -> list[str]:
    """Waits until all is well with nobody's help but the keeper's; returns what the operator was told."""
    said: list[str] = []
    keeper = Keeper(real.stack.parts, real.stack.launch, said.append)

    def healed() -> bool:
        keeper.look()
        return not real.missing() and is_well(real)

    until(healed, 240)
    return said


def test_killed_parts_are_started_again_by_themselves(real: Real):
    for part in real.stack.parts:
        real.kill(part)
    assert len(healed_by_itself(real)) == 3


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
def test_redis_gone_and_back(stack: Real):
    """A second door, on Redis, before the same Rasa."""
    port, door_port = free_port(), free_port()

    def redis() -> subprocess.Popen:
        return subprocess.Popen(["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL)

    server = redis()
    part = type(stack.door)("door on Redis", stack.door.command, door_port, "/health", {
        **stack.door.environment, "PORT": str(door_port), "REDIS_URL": f"redis://127.0.0.1:{port}/0"})
    url, stack.url = stack.url, f"http://127.0.0.1:{door_port}"
    try:
        stack.start(part)
        stack.token = stack.say("hello").body["conversation"]
        server.kill()
        server.wait()
        assert is_well(stack), "limits and order go on in the door's own memory"
        assert "999" in stack.say(DANGER, stack.token).texts[0][:100]
        server = redis()
        until(lambda: is_well(stack))
    finally:
        stack.url = url
        server.kill()
        server.wait()
        stack.kill(part)
