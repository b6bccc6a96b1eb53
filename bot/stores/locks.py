"""Rasa's lock store: a conversation's messages one at a time, in the order they came.

Rasa's own ones let a waiting message look only once a second, and its Redis one can hand
the same ticket to two workers. Here the turnstile keeps the order: in memory, or in Redis
where `REDIS_URL` is set, for several Rasas behind one address.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import AsyncGenerator, Optional, Text, Union

from rasa.constants import ENV_SANIC_WORKERS
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

import turnstile


class ConversationLocks(LockStore):
    """Named in endpoints.yml. Raises `RasaException` where workers could not see each other's locks."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None) -> None:
        url = (endpoint_config and endpoint_config.url) or os.environ.get("REDIS_URL")
        if not url and os.environ.get(ENV_SANIC_WORKERS, "1") != "1":
            raise RasaException(f"{ENV_SANIC_WORKERS} asks for several workers, and they need REDIS_URL to keep each conversation's "
                                f"messages in order. Set REDIS_URL, or unset {ENV_SANIC_WORKERS}.")
        self._turnstile: Union[turnstile.InRedis, turnstile.InMemory] = turnstile.InMemory()
        if url:
            self._turnstile = turnstile.InRedis(turnstile.connect(url), "rasa")

    @asynccontextmanager
    async def lock(self, conversation_id: Text, lock_lifetime: float = LOCK_LIFETIME,
                   wait_time_in_seconds: float = 1) -> AsyncGenerator[TicketLock, None]:
        """Holds the conversation alone. Rasa's two times are not needed: who holds it gives up after the channel's own."""
        async with self._turnstile.lock(conversation_id):
            yield TicketLock(conversation_id)
