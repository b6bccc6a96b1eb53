"""Whether questions can be answered now, and what is missing where they can't."""

from __future__ import annotations

import asyncio
import time

import httpx
import sqlalchemy as sa

from door.service import Service

# A part that takes longer than this to say that it lives can't answer people either.
CHECK_SECONDS = 2.0
# Several probes a second ask the parts only once.
FRESH_SECONDS = 1.0


class Health:
    """Asks Rasa, the action server and the database."""

    def __init__(self, service: Service):
        self._service = service
        settings = service.settings
        self._addresses = {"rasa": [f"{url}/webhooks/rest/" for url in settings.rasa_url.split(",")],
                           "actions": [f"{settings.actions_url}/health"]}
        self._client = httpx.AsyncClient(trust_env=False, timeout=CHECK_SECONDS)
        self._looking = asyncio.Lock()
        self._looked_at = -FRESH_SECONDS
        self._missing: list[str] = []

    async def missing(self) -> list[str]:
        """Names of the parts that don't work: 'rasa', 'actions', 'database'."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= FRESH_SECONDS:
                names = [*self._addresses, "database"]
                works = await asyncio.gather(*map(self._one_answers, self._addresses.values()), self._can_write())
                self._missing = [name for name, well in zip(names, works, strict=True) if not well]
                self._looked_at = time.monotonic()
            return self._missing

    async def close(self) -> None:
        """Closes connections."""
        await self._client.aclose()

    async def _one_answers(self, addresses: list[str]) -> bool:
        # One Rasa of several is enough: the conversations of the others go to it (door/rasa.py).
        return any(await asyncio.gather(*map(self._answers, addresses)))

    async def _answers(self, address: str) -> bool:
        try:
            return (await self._client.get(address)).status_code == 200
        except httpx.HTTPError:
            return False

    async def _can_write(self) -> bool:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await asyncio.to_thread(self._service.store.check_writable)
        except (sa.exc.SQLAlchemyError, TimeoutError):
            return False
        return True
