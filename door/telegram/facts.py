"""The knowledge as the channel uses it: force names, topics' questions, places; without Rasa."""

from __future__ import annotations

import asyncio

import structlog

from knowledge import Knowledge, live_knowledge
from knowledge.normalising import normalise
from knowledge.places import Name, load_place_files, names

log = structlog.get_logger()

FOLLOW_SECONDS = 2.0


class Facts:
    """Follows what is live. Raises `knowledge.KnowledgeError` when it is broken at start."""

    def __init__(self) -> None:
        self._live = live_knowledge("telegram")
        self.now: Knowledge = self._live.get()
        self._names = self._named(self.now)

    def forces_of(self, place: str) -> tuple[str, ...]:
        """Ids of the forces that a typed name can mean: none, the one, or several to choose from, the likeliest first."""
        name = self._names.get(normalise(place))
        if name is None:
            return ()
        # 'Newport' alone is seven places. In a sentence the city of that name is meant; who chooses a force can be asked.
        named = name.forces[:1] if name.certain and name.is_force else name.forces
        # A postcode can lie with a force that has gone from what is live.
        return tuple(force for force in named if force in self.now.forces)

    async def follow(self) -> None:
        """Takes up what was published until cancelled. Reading takes a second, so it is done beside the event loop."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            fresh = await asyncio.to_thread(self._live.get)
            if fresh is self.now:
                continue
            self.now = fresh
            try:
                self._names = await asyncio.to_thread(self._named, fresh)
            except Exception as error:  # whatever is wrong with a list of places: the last good names stay
                log.error("telegram.names_not_taken_up", error=type(error).__name__)

    def _named(self, known: Knowledge) -> dict[str, Name]:
        return names(known, load_place_files(self._live.folder))
