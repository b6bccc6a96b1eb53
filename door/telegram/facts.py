"""The knowledge as the channel uses it: force names, topics' questions, places; without Rasa."""

from __future__ import annotations

import asyncio

from knowledge import Knowledge, live_knowledge
from knowledge.places import load_place_files, names, normalise

FOLLOW_SECONDS = 2.0


class Facts:
    """Follows what is live. Raises `knowledge.KnowledgeError` when it is broken at start."""

    def __init__(self) -> None:
        self._live = live_knowledge("telegram")
        self._names = names(self._live.get(), load_place_files())
        self.now: Knowledge = self._live.get()

    def forces_of(self, place: str) -> tuple[str, ...]:
        """Ids of the forces that a typed name can mean: none, the one, or several to choose from."""
        name = self._names.get(normalise(place))
        if name is None:
            return ()
        return name.forces[:1] if name.certain else name.forces

    async def follow(self) -> None:
        """Takes up changed files until cancelled. Reading takes a second, so it is done beside the event loop."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            self.now = await asyncio.to_thread(self._live.get)
