"""A free port for a process that is about to start."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port of this machine that nobody listens on, and that the system gives to nobody else for a minute.

    A connection to it is opened and closed here first. What is left of that (TIME_WAIT) keeps the system from choosing
    the port for whoever asks for any port, but not a server from listening on it by number, as all of ours do with
    SO_REUSEADDR. Merely looking for a free port isn't enough: Rasa takes twenty seconds until it listens, and what runs
    beside it opens ports all the time.
    """
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname()):
            server.accept()[0].close()  # first, so that it is the port's side that waits
        return server.getsockname()[1]
