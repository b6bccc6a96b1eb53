"""What is remembered of people, held in memory so that no question waits for the database."""

from __future__ import annotations

from collections import OrderedDict

from door.telegram.records import Person, Records
from door.telegram.shelf import Shelf

# Some 300 bytes each.
MOST_HELD = 10_000


class People:
    """A cache of one table; sound because one process alone writes it."""

    def __init__(self, records: Records, shelf: Shelf):
        self._records = records
        self._shelf = shelf
        self._held: OrderedDict[str, Person] = OrderedDict()

    async def get(self, conversation: str) -> Person:
        """What is remembered of a person; nothing, if they are new or the database is away."""
        if conversation not in self._held:
            person = await self._shelf.do(None, self._records.person, conversation)
            if person is None:
                return Person()
            self._hold(conversation, person)
        return self._held[conversation]

    async def set(self, conversation: str, person: Person) -> None:
        """Remembers; without a database at least until the process ends."""
        self._hold(conversation, person)
        await self._shelf.do(None, self._records.remember, conversation, person)

    def drop(self, conversation: str) -> None:
        """Forgets what is held in memory."""
        self._held.pop(conversation, None)

    def clear(self) -> None:
        """Empties the memory, so that what the database has deleted is not remembered here."""
        self._held.clear()

    def _hold(self, conversation: str, person: Person) -> None:
        self._held[conversation] = person
        self._held.move_to_end(conversation)
        while len(self._held) > MOST_HELD:
            self._held.popitem(last=False)
