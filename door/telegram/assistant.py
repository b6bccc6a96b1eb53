"""Asks Rasa for one person, and answers for it when it is away: 999 first, always."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog

import safety
from door.rasa import Rasa, RasaFailed, Understood, overlooks_danger
from door.store import Store
from door.telegram.facts import Facts
from door.telegram.metrics import Metrics
from door.telegram.people import People
from door.telegram.records import Person, Records
from door.telegram.shelf import Shelf

log = structlog.get_logger()

Reply = dict[str, Any]

# A person in danger is told 999 after this long, whatever Rasa is doing; it usually takes 0.02 s.
EMERGENCY_SECONDS = 3.0
# An inline question is asked anew with each letter typed; Telegram drops answers after 10 s.
GLANCE_SECONDS = 4.0
RETRY_SECONDS = 0.25
# Rasa is one core: more at once only wait there, where each has 15 s for itself and the queue.
ASKED_AT_ONCE = 16


class Assistant:
    """What the channel asks of Rasa. Every method answers, whatever has failed."""

    def __init__(self, rasa: Rasa, people: People, records: Records, store: Store, shelf: Shelf, facts: Facts,
                 metrics: Metrics, patience: float):
        self._rasa = rasa
        self._queue = asyncio.Semaphore(ASKED_AT_ONCE)
        self._patience = patience
        self._people = people
        self._records = records
        self._store = store
        self._shelf = shelf
        self._facts = facts
        self._metrics = metrics

    async def ask(self, conversation: str, text: str) -> list[Reply]:
        """The replies to what a person wrote; never empty."""
        alarm = safety.check(text)
        in_danger = alarm.level == "emergency"
        try:
            async with asyncio.timeout(EMERGENCY_SECONDS if in_danger else None):
                person = await self._people.get(conversation)
                await self._tell_force(conversation, person, in_danger)
                replies, understood = await self._ask_rasa(conversation, text, in_danger)
        except (RasaFailed, TimeoutError) as error:
            self._failed(error)
            self._metrics.answers.labels("alone").inc()
            return safety.reply_to_emergency(alarm) if in_danger else [safety.reply_when_broken(text)]
        self._metrics.answers.labels("rasa").inc()
        await self._learn_force(conversation, person, replies)
        if overlooks_danger(alarm, replies, understood):
            return safety.reply_to_emergency(alarm) + replies
        return replies

    async def choose_force(self, conversation: str, force: str) -> list[Reply] | None:
        """Remembers a person's force, one that is live, and has Rasa say so; None where Rasa is away (it is told later)."""
        statement = self._statement(force)
        await self._people.set(conversation, Person(force, told=False))
        try:
            replies, _ = await self._ask_rasa(conversation, statement, hurry=True)
        except RasaFailed as error:
            self._failed(error)
            return None
        await self._people.set(conversation, Person(force, told=True))
        return replies

    async def find_force(self, conversation: str, place: str) -> list[Reply]:
        """What Rasa says of a place that isn't one of ours letter by letter ('kent please', 'Birmingam').

        It chooses the force, or asks which; [] where Rasa is away or doesn't know such a place either.
        """
        try:
            replies, _ = await self._ask_rasa(conversation, f"My force is {place}", hurry=True)
        except RasaFailed as error:
            self._failed(error)
            return []
        found = [reply for reply in replies if reply["custom"]["topic"] == "set_force"]
        force = next((reply["custom"]["force"] for reply in found if reply["custom"]["force"]), None)
        if force:
            await self._people.set(conversation, Person(force, told=True))
        return found if force or any(reply.get("buttons") for reply in found) else []

    async def remember_force(self, conversation: str, force: str) -> None:
        """Remembers a person's force; Rasa is told with their next question."""
        await self._people.set(conversation, Person(force, told=False))

    async def glance(self, conversation: str, text: str) -> list[Reply]:
        """The replies to an inline question, which begins no conversation."""
        alarm = safety.check(text)
        try:
            async with asyncio.timeout(GLANCE_SECONDS):
                replies, understood = await self._ask_rasa(conversation, text, hurry=True)
                await self._rasa.forget(conversation)
        except (RasaFailed, TimeoutError) as error:
            self._failed(error)
            # Rasa may have heard it all the same, or hear it yet: noted, so that it is told until it has forgotten.
            await self._shelf.do(None, self._store.forget, conversation)
            return safety.reply_to_emergency(alarm)[:1] if alarm.level == "emergency" else [safety.reply_when_broken(text)]
        if overlooks_danger(alarm, replies, understood):
            return safety.reply_to_emergency(alarm)[:1] + replies
        return replies

    async def forget(self, conversation: str) -> str:
        """Deletes a conversation here and in Rasa.

        Returns 'done', 'later' (Rasa is away, and is told until it has forgotten), or 'failed'.
        """
        self._people.drop(conversation)
        if not await self._shelf.do(False, self._delete_here, conversation):
            return "failed"
        return "done" if await self._forget_in_rasa(conversation) else "later"

    async def finish_deletions(self) -> None:
        """Has Rasa forget what was deleted while it was away; stops at the first that fails."""
        for conversation in await self._shelf.do([], self._store.to_forget):
            if conversation.startswith("tg-") and not await self._forget_in_rasa(conversation):
                return

    async def _forget_in_rasa(self, conversation: str) -> bool:
        try:
            await self._rasa.forget(conversation)
        except RasaFailed as error:
            self._failed(error)
            return False
        await self._shelf.do(None, self._store.forgotten_by_rasa, conversation)
        return True

    def _delete_here(self, conversation: str) -> bool:
        self._records.forget(conversation)
        self._store.forget(conversation)  # also notes that Rasa has to forget it
        return True

    async def _ask_rasa(self, conversation: str, text: str, hurry: bool) -> tuple[list[Reply], Understood | None]:
        """Raises `RasaFailed`.

        While nobody listens (Rasa is being restarted) it is tried again, unless there is a `hurry`: then nothing
        can have been asked twice.
        """
        begun = asyncio.get_running_loop().time()
        while True:
            try:
                async with contextlib.nullcontext() if hurry else self._queue:
                    with self._metrics.stage("rasa"):
                        return await self._rasa.ask(conversation, text)
            except RasaFailed as error:
                waited = asyncio.get_running_loop().time() - begun
                if hurry or error.reason != "unreachable" or waited + RETRY_SECONDS > self._patience:
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    async def _tell_force(self, conversation: str, person: Person, hurry: bool) -> None:
        if person.force in self._facts.now.forces and not person.told:
            await self._ask_rasa(conversation, self._statement(person.force), hurry)
            await self._people.set(conversation, Person(person.force, told=True))

    async def _learn_force(self, conversation: str, person: Person, replies: list[Reply]) -> None:
        """The force of the latest answer is the one Rasa goes on with; remembered for /privacy and the list of forces."""
        force = next((reply["custom"]["force"] for reply in reversed(replies) if reply["custom"]["force"]), None)
        if force and force != person.force:
            await self._people.set(conversation, Person(force, told=True))

    def _statement(self, force: str) -> str:
        """What a person would say of their force; Rasa takes it as `set_force`."""
        return f"My force is {self._facts.now.forces[force].name}"

    def _failed(self, error: Exception) -> None:
        reason = error.reason if isinstance(error, RasaFailed) else "slow"
        self._metrics.errors.labels("rasa", reason).inc()
        log.warning("telegram.rasa_failed", reason=reason)
