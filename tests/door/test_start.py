"""`python -m door` as a process: it starts, says what is wrong, and stops without dropping anybody."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

import door
from processes.ports import free_port
from tests.door.harness import SECRET, holds
from tests.door.rasa_on_the_wire import RasaOnTheWire

PROJECT = Path(__file__).resolve().parents[2]


async def start(**environment: object) -> asyncio.subprocess.Process:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "door", cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**kept, "SECRET_KEY": SECRET, **{name: str(value) for name, value in environment.items()}})


@asynccontextmanager
async def running(rasa: RasaOnTheWire,
                  folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, asyncio.subprocess.Process]]:
    port = free_port()
    process = await start(HOST="127.0.0.1", PORT=port, RASA_URL=rasa.url, ACTIONS_URL=rasa.url,
                          DATABASE_URL=f"sqlite:///{folder}/door.db")
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
            for _ in range(1_200):  # a busy machine imports slowly
                try:
                    await client.get("/health")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
            yield client, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_answers_on_the_wire(rasa: RasaOnTheWire, tmp_path: Path):
    async with running(rasa, tmp_path) as (client, _):
        answer = await client.post("/api/messages", json={"message": "hello"})
        holds("answer", answer.json())
        assert "server" not in answer.headers
        assert (await client.head("/")).status_code == 200
        assert (await client.get("/health")).json() == {"status": "ok"}


async def test_a_length_that_lies_and_a_body_that_is_too_long(rasa: RasaOnTheWire, tmp_path: Path):
    async with running(rasa, tmp_path) as (client, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                     b"content-length: 999999999\r\n\r\n")
        assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()

        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                     b"transfer-encoding: chunked\r\n\r\n" + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 16)
        assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()


async def test_stopping_finishes_what_it_began(rasa: RasaOnTheWire, tmp_path: Path):
    async with running(rasa, tmp_path) as (client, process):
        rasa.delay = 1.0
        asked = asyncio.create_task(client.post("/api/messages", json={"message": "hello"}))
        await asyncio.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        assert (await asked).status_code == 200
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_caller_that_hangs_up_is_answered_when_it_comes_back(rasa: RasaOnTheWire, tmp_path: Path):
    async with running(rasa, tmp_path) as (client, _):
        rasa.delay = 0.5
        opening = {"message": "hello", "id": "b0c5a4f6-7a55-4b8e-9f53-0d6f2f0a6b11"}
        try:
            await client.post("/api/messages", json=opening, timeout=0.2)
        except httpx.ReadTimeout:
            pass
        answer = await client.post("/api/messages", json=opening)
        assert answer.status_code == 200 and len(rasa.asked) == 1


async def test_a_taken_port_is_said(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start(HOST="127.0.0.1", PORT=port, DATABASE_URL=f"sqlite:///{tmp_path}/door.db")
        _, said = await process.communicate()
    assert process.returncode == 1 and f"port {port} is taken" in said.decode() and "Traceback" not in said.decode()


async def test_wrong_settings_are_said():
    process = await start(PORT="x", RETENTION_DAYS="soon")
    _, said = await process.communicate()
    assert process.returncode == 2 and "PORT" in said.decode() and "RETENTION_DAYS" in said.decode()


def test_the_door_depends_on_what_its_docstring_says():
    parts = {path.parent.name for path in PROJECT.glob("*/__init__.py")} | {"bot", "tools"}
    used = {name for path in (PROJECT / "door").rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                         else [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else [])}
    split = [name.split(".") for name in used]
    own = {".".join(names[:2 if names[0] in ("bot", "tools") else 1]) for names in split if names[0] in parts} - {"door"}
    assert own == set(re.findall(r"`([\w.]+)`", door.__doc__)), own
