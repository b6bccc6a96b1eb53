"""What happens without being asked: old conversations go, and Rasa is told what to forget."""

from __future__ import annotations

import asyncio
import time

import structlog

from door.service import Service

log = structlog.get_logger()

# An hour: what is said to be kept thirty days is not kept thirty-one.
PURGE_SECONDS = 3_600
# How soon after Rasa is back a deletion is complete.
LOOK_SECONDS = 60


async def run(service: Service) -> None:
    """Purges at once and hourly, and looks every minute for deletions still to be done; until cancelled."""
    next_purge = time.monotonic()
    while True:
        try:
            if time.monotonic() >= next_purge:
                gone = await asyncio.to_thread(service.store.purge, service.settings.retention_seconds)
                log.info("store.purged", messages=gone)
                next_purge = time.monotonic() + PURGE_SECONDS
            await finish_deletions(service)
        except Exception as error:  # whatever it was: the next old message has to go all the same, in a minute
            log.error("housekeeping.failed", error=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)


async def finish_deletions(service: Service) -> None:
    """Has Rasa forget what is deleted here; what it doesn't take stays on the list for the next time."""
    for conversation in await asyncio.to_thread(service.store.to_forget):
        await service.forget_in_rasa(conversation)
