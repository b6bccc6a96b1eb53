"""What happens without being asked: old records go, and Rasa is told what to forget."""

from __future__ import annotations

import asyncio

from door.telegram.application import Channel

# How soon after Rasa is back a deletion is complete, and how long answered words may stay in SQLite's log.
LOOK_SECONDS = 60


async def run(channel: Channel) -> None:
    """At once and every minute, until cancelled."""
    while True:
        if await channel.shelf.do(False, channel.records.purge, channel.settings.door.retention_seconds):
            channel.desk.people.clear()
        await channel.assistant.finish_deletions()
        await asyncio.sleep(LOOK_SECONDS)
