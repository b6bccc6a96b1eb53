"""The connection to Telegram; when the process is to end, it lets nothing new out."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest


class Held(NetworkError):
    """Nothing was sent: the process is ending."""


class Wire(HTTPXRequest):
    """`HTTPXRequest` with a switch. A request that has begun is always waited for: broken off, it might have been
    heard, and would be sent again after the restart."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.held = asyncio.Event()

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """Raises `Held` once the switch is thrown."""
        if self.held.is_set():
            raise Held("the process is ending")
        return await super().do_request(*arguments, **options)
