"""One question, from the person's words to the stored answer.

The order is the specification: danger is looked for first; then the conversation is taken
alone, so that its messages are answered in order; a repeated id gets its first answer; Rasa
is asked; the turn is kept; only then is it answered. Where any of that fails an emergency is
still told 999, and everything else fails as a whole, so that the same id can be sent again.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import sqlalchemy as sa
import structlog
from msgspec import Struct, structs

import safety
from door.metrics import Metrics
from door.rasa import Rasa, RasaFailed, Understood, overlooks_danger
from door.shared import Shared
from door.store import Gone, Message, Store, Turn, now

log = structlog.get_logger()

# All the time a message has, the wait behind earlier ones of its conversation included.
TURN_SECONDS = 30.0
# A person in danger is told 999 after this long, whatever Rasa is doing; it usually takes 0.05 s.
EMERGENCY_SECONDS = 4.0


class Unavailable(Exception):
    """Nothing behind the door answers now; the question may not be kept, and can be sent again with the same id."""


class Question(Struct, frozen=True):
    """What one person asks. `begun`: the conversation is known to exist. Without an `id` one is chosen here."""

    conversation: str
    text: str
    begun: bool
    reference: str
    id: str | None = None


class Turns:
    """Answers questions. One object for all conversations."""

    def __init__(self, rasa: Rasa, store: Store, shared: Shared, metrics: Metrics):
        self._rasa = rasa
        self._store = store
        self._shared = shared
        self._metrics = metrics

    async def answer(self, question: Question) -> Turn:
        """The turn as it is kept.

        Raises `Unavailable`, `store.Gone` and `store.IdReused`.
        """
        alarm = safety.check(question.text)
        in_danger = alarm.level == "emergency"
        # A new conversation whose first message has no id of the caller's can't have been asked before.
        is_new = not (question.begun or question.id)
        # One id for each try to keep the turn: the thread of a try that was given up may still write.
        question = structs.replace(question, id=question.id or uuid.uuid4().hex)
        with self._metrics.waiting.track_inprogress(), self._metrics.stage("total"):
            try:
                async with asyncio.timeout(EMERGENCY_SECONDS if in_danger else TURN_SECONDS):
                    turn, outcome = await self._in_order(question, alarm, is_new)
            except (RasaFailed, sa.exc.SQLAlchemyError, TimeoutError) as error:
                reason = error.reason if isinstance(error, RasaFailed) else type(error).__name__
                self._metrics.rasa_failures.labels(reason).inc()
                log.warning("turn.failed", conversation=question.reference, reason=reason, emergency=in_danger)
                if not in_danger:
                    raise Unavailable from error
                turn, outcome = await self._stand_in(question, alarm), "door_alone"
        customs = [reply.custom for reply in turn.replies]
        self._metrics.count(customs, outcome)
        log.info("turn.answered", conversation=question.reference, outcome=outcome,
                 topics=[custom.get("topic") for custom in customs if custom])
        return turn

    async def _in_order(self, question: Question, alarm: safety.Alarm, is_new: bool) -> tuple[Turn, str]:
        came = time.perf_counter()
        async with self._shared.lock(question.conversation):
            self._metrics.stages.labels("wait").observe(time.perf_counter() - came)
            if not is_new:
                kept = await self._find(question)
                if kept:
                    return kept, "repeated"
            asked_at = now()
            with self._metrics.stage("rasa"):
                replies, understood = await self._rasa.ask(question.conversation, question.text)
            if overlooks_danger(alarm, replies, understood):
                replies = safety.reply_to_emergency(alarm) + replies
            return await self._keep(question, _turn(question, asked_at, replies, understood)), "answered"

    async def _find(self, question: Question) -> Turn | None:
        with self._metrics.stage("read"):
            return await asyncio.to_thread(self._store.find, question.conversation, question.id,
                                           question.text, begun=question.begun)

    async def _keep(self, question: Question, turn: Turn) -> Turn:
        try:
            with self._metrics.stage("write"):
                await asyncio.to_thread(self._store.save, question.conversation, turn, begun=question.begun)
        except sa.exc.IntegrityError:
            kept = await self._find(question)  # a door that doesn't share our locks was faster, or a try that was given up
            if kept is None:
                raise
            return kept
        return turn

    async def _stand_in(self, question: Question, alarm: safety.Alarm) -> Turn:
        turn = _turn(question, now(), safety.reply_to_emergency(alarm))
        try:
            async with asyncio.timeout(EMERGENCY_SECONDS / 4):
                return await self._keep(question, turn)
        except (sa.exc.SQLAlchemyError, Gone, TimeoutError) as error:
            log.warning("turn.not_kept", conversation=question.reference, reason=type(error).__name__)
            return turn


def _turn(question: Question, asked_at: str, replies: list[dict[str, Any]], understood: Understood | None = None) -> Turn:
    person = Message(id=question.id, sender="person", at=asked_at, text=question.text)
    return Turn(person, [
        Message(id=uuid.uuid4().hex, sender="assistant", at=now(), text=reply["text"], answers=person.id,
                custom=reply.get("custom"), buttons=reply.get("buttons"))
        for reply in replies], understood)
