"""What happens without being asked: words that are answered and old records go, and Rasa is told what to forget."""

from __future__ import annotations

import asyncio

import structlog

from door.telegram.application import Channel

log = structlog.get_logger()

# How soon after Rasa is back a deletion is complete, and how long answered words may stay in SQLite's log.
LOOK_SECONDS = 60


async def run(channel: Channel) -> None:
    """At once and every minute, until cancelled."""
    while True:
        try:
            await channel.finish_answered()
            if await channel.shelf.do(False, channel.records.purge, channel.settings.door.retention_seconds):
                channel.desk.people.clear()
            await channel.assistant.finish_deletions()
        except Exception as error:  # whatever it was: the next old record has to go all the same, in a minute
            log.error("telegram.housekeeping_failed", error=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)
