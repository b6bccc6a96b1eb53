"""A free port stays free until its server listens."""

from __future__ import annotations

import socket
from http.server import HTTPServer

from processes.ports import free_port


def test_nobody_else_is_given_it_and_a_server_can_have_it():
    ports = {free_port() for _ in range(40)}
    assert len(ports) == 40
    for _ in range(10_000):  # a third of all there are: some of the forty, if they weren't kept
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            assert other.getsockname()[1] not in ports
    for port in ports:
        with HTTPServer(("127.0.0.1", port), None):
            pass
