"""A small server that speaks as much of Redis' protocol as the door needs; for where there is no Redis."""

from __future__ import annotations

import asyncio
import time
from typing import Any


class RedisOnTheWire:
    """Knows INCRBY, EXPIRE, MULTI/EXEC, and does in Python what the turnstile's two scripts do in Redis."""

    def __init__(self) -> None:
        self.values: dict[bytes, tuple[Any, float]] = {}
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        queued: list[list[bytes]] | None = None
        try:
            while line := await reader.readline():
                command = [await self._part(reader) for _ in range(int(line[1:]))]
                name = command[0].upper()
                if name == b"MULTI":
                    queued, answer = [], b"+OK\r\n"
                elif name == b"EXEC":
                    answer = b"*%d\r\n" % len(queued) + b"".join(map(self._do, queued))
                    queued = None
                elif queued is not None:
                    queued.append(command)
                    answer = b"+QUEUED\r\n"
                else:
                    answer = self._do(command)
                writer.write(answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _part(self, reader: asyncio.StreamReader) -> bytes:
        length = int((await reader.readline())[1:])
        return (await reader.readexactly(length + 2))[:-2]

    def _do(self, command: list[bytes]) -> bytes:
        name, *rest = command
        now = time.monotonic()
        self.values = {key: held for key, held in self.values.items() if held[1] > now}
        match name.upper():
            case b"INCRBY":
                value, until = self.values.get(rest[0], (0, float("inf")))
                self.values[rest[0]] = value + 1, until
                return b":%d\r\n" % (value + 1)
            case b"EXPIRE":
                self.values[rest[0]] = self.values[rest[0]][0], now + int(rest[1])
                return b":1\r\n"
            case b"EVAL":
                queue, ticket = rest[2], rest[4]
                waiting, _ = self.values.get(queue, ([], 0.0))
                if len(rest) == 5:  # leave
                    self.values[queue] = [other for other in waiting if other != ticket], now + 60
                    return b":1\r\n"
                if ticket not in waiting:
                    waiting = [*waiting, ticket]
                self.values[queue] = waiting, now + int(rest[6]) / 1000
                return b":%d\r\n" % (waiting[0] == ticket)
            case _:
                return b"+OK\r\n"
