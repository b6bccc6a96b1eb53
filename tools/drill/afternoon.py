"""What goes wrong in the afternoon, in order, while people go on asking."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise

import httpx

from knowledge import load
from processes.stack import StackError
from tools.drill.ledger import Ledger
from tools.drill.people import Mailbox, OnTelegram, OnWidget, Town
from tools.drill.stage import Stage

# A wrong fact that is there from the beginning, and one that is published in the middle: force, topic, text.
OLD_MISTAKE = ("dorset", "duties_patrol", "PCSOs in Dorset no longer go out on patrol at all.")
BAD_RELEASE = ("derbyshire", "powers_detain", "Any PCSO in Derbyshire can lock you up for a week.")
ANY_FACT = ("derbyshire", "powers_arrest")
# A fault that doesn't heal within this long is a finding, and the drill goes on.
HEAL_SECONDS = 120.0
# Between two faults; also how long the action server stays dead, and the bad release unnoticed.
BREATH_SHARE = 0.05
PROGRESS_SECONDS = 10.0
# What is still unanswered that long after the last question is lost.
LAST_ANSWERS_SECONDS = 60.0
# What ends the drill whatever happens: twice its length, and two starts of Rasa on a slow machine.
MOST_SECONDS_MORE = 600.0


@dataclass
class Phase:
    """A stretch of the afternoon: its figures are those of the questions asked in it."""

    title: str
    begun: float
    ended: float = 0.0
    found: str = ""
    healed: bool = True


class Afternoon:
    """One drill: `minutes` long, `people` at a time on each of widget and Telegram."""

    def __init__(self, stage: Stage, minutes: float, people: int, think_seconds: float, seed: int, say: Callable[[str], None]):
        self._stage = stage
        self._seconds = 60 * minutes
        self._people = people
        self._say = say
        self.facts = load()
        self.ledger = Ledger([OLD_MISTAKE[2], BAD_RELEASE[2]])
        self.visits = 0
        self.phases: list[Phase] = []
        self._town = Town(self.ledger, self.facts, random.Random(seed), think_seconds)
        self._bad: str | None = None  # the release to go back to

    async def play(self) -> None:
        """Returns when the last question is answered or given up."""
        await asyncio.to_thread(self._stage.publish_fact, *OLD_MISTAKE, "A mistake nobody has noticed")
        limits = httpx.Limits(max_connections=2 * self._people, max_keepalive_connections=2 * self._people)
        async with httpx.AsyncClient(base_url=self._stage.url, trust_env=False, timeout=90, limits=limits) as client:
            mailbox = Mailbox(self._stage.api)
            people = [asyncio.create_task(self._one_after_another(make)) for _ in range(self._people) for make in (
                lambda: OnWidget(self.ledger, client),
                lambda: OnTelegram(self.ledger, self._stage.api, self._stage.token, mailbox))]
            progress = asyncio.create_task(self._show_progress())
            try:
                async with asyncio.timeout(2 * self._seconds + MOST_SECONDS_MORE):
                    await self._events()
            except TimeoutError:
                self.phases[-1].healed, self.phases[-1].found = False, "NOT healed when the drill ran out of time."
                self.phases[-1].ended = self.ledger.now()
            finally:
                self._town.over = True
                await self._last_answers(people)
                progress.cancel()

    async def _one_after_another(self, make: Callable) -> None:
        # They don't all come at the stroke of two.
        await asyncio.sleep(self._town.chance.uniform(0, 2 * self._town.think_seconds))
        while not self._town.over:
            self.visits += 1
            await self._town.visit(make())

    async def _last_answers(self, people: list[asyncio.Task]) -> None:
        done, late = await asyncio.wait(people, timeout=2 * self._town.think_seconds + LAST_ANSWERS_SECONDS)
        for task in late:
            task.cancel()
        for task in done:
            task.result()  # raises what was wrong with the drill itself

    async def _events(self) -> None:
        steps: list[tuple[float, str, Callable[[Phase], Awaitable[None]]]] = [
            (0.00, "An ordinary afternoon", self._nothing),
            (0.14, "The action server is killed", self._action_server_dies),
            (0.34, "Rasa is killed", self._rasa_dies),
            (0.58, "A release with a bad fact is published", self._bad_release),
            (0.68, "It is rolled back", self._roll_back),
            (0.76, "Somebody reports a wrong fact, and it is mended", self._mend),
            (0.86, "Telegram's process is restarted", self._telegram_restarts)]
        for number, (share, title, act) in enumerate(steps):
            # Where a fault took longer to heal than planned, the next one still lets people breathe first.
            breath = BREATH_SHARE * self._seconds if number else 0.0
            await asyncio.sleep(max(breath, share * self._seconds - self.ledger.now()))
            phase = Phase(title, self.ledger.now())
            self.phases.append(phase)
            self._say(f"{_clock(phase.begun)}  {title}")
            try:
                await act(phase)
            except StackError as error:
                phase.healed, phase.found = False, f"NOT healed. {str(error).splitlines()[0]}"
            phase.ended = self.ledger.now()
            if phase.found:
                self._say(f"{_clock(phase.ended)}    {phase.found}")
            if number + 1 < len(steps) and title != steps[0][1]:
                self.phases.append(Phase("Afterwards", phase.ended))
        await asyncio.sleep(max(5.0, self._seconds - self.ledger.now()))
        for phase, following in pairwise(self.phases):
            phase.ended = following.begun
        self.phases[-1].ended = self.ledger.now()

    async def _nothing(self, _: Phase) -> None:
        """People ask, the assistant answers."""

    async def _action_server_dies(self, phase: Phase) -> None:
        await asyncio.to_thread(self._stage.kill, self._stage.actions)
        dead = BREATH_SHARE * self._seconds
        await asyncio.sleep(dead)
        seconds = await asyncio.to_thread(self._stage.start, self._stage.actions)
        await self._until_right(phase, f"It was dead for {dead:.0f} s and took {seconds:.0f} s to start.", *ANY_FACT)

    async def _rasa_dies(self, phase: Phase) -> None:
        await asyncio.to_thread(self._stage.kill, self._stage.rasa)
        seconds = await asyncio.to_thread(self._stage.start, self._stage.rasa)
        await self._until_right(phase, f"It was started again at once, which took {seconds:.0f} s.", *ANY_FACT)

    async def _bad_release(self, phase: Phase) -> None:
        force, topic, text = BAD_RELEASE
        self._bad = await asyncio.to_thread(self._stage.publish_fact, force, topic, text, "A release that should not have been published")
        await self._until(phase, "", text, force, topic, "People got it")

    async def _roll_back(self, phase: Phase) -> None:
        await asyncio.to_thread(self._stage.roll_back, self._bad)
        await self._until_right(phase, "", *BAD_RELEASE[:2])

    async def _mend(self, phase: Phase) -> None:
        force, topic, _ = OLD_MISTAKE
        taken = await asyncio.to_thread(self._stage.rate_answer, self._question(force, topic))
        right = self.facts.forces[force].facts[topic].text
        await asyncio.to_thread(self._stage.publish_fact, force, topic, right, "Mended")
        await self._until_right(phase, f"'Didn't help' was {'taken' if taken else 'REFUSED'}; the mended fact was published.", force, topic)

    async def _telegram_restarts(self, phase: Phase) -> None:
        await asyncio.to_thread(self._stage.stop, self._stage.telegram)
        seconds = await asyncio.to_thread(self._stage.start, self._stage.telegram)
        phase.found = f"It stopped in good order and was back after {seconds:.0f} s."

    async def _until_right(self, phase: Phase, before: str, force: str, topic: str) -> None:
        await self._until(phase, before, self._town.right(topic, force), force, topic, "The right answer was there")

    async def _until(self, phase: Phase, before: str, words: str, force: str, topic: str, what: str) -> None:
        seconds = await asyncio.to_thread(self._stage.seen, self._question(force, topic), words, HEAL_SECONDS)
        phase.healed = seconds is not None
        after = f"{what} {seconds:.1f} s later." if phase.healed else f"NOT within {HEAL_SECONDS:.0f} s: {what.lower()}."
        phase.found = f"{before} {after}".strip()

    def _question(self, force: str, topic: str) -> str:
        return f"{self.facts.answers[topic].question.rstrip('?')} in {self.facts.forces[force].places[0]}?"

    async def _show_progress(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            now = self.ledger.now()
            latest = self.ledger.figures(lambda question, now=now: question.asked > now - PROGRESS_SECONDS)
            self._say(f"{_clock(now)}    {self.visits} people so far, {len(self.ledger.questions)} questions, {self.ledger.waiting()} "
                      f"waiting; the last {PROGRESS_SECONDS:.0f} s: {latest.asked} asked, median {1000 * latest.p50:.0f} ms")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"
