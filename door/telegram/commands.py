"""/start, /help, /force, /privacy, /forget, and commands that don't exist."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from telegram import Update
from telegram.ext import CallbackContext

from door.telegram import words
from door.telegram.desk import Desk
from door.telegram.keyboards import force_button, forces, starters
from door.telegram.reading import Sender
from door.telegram.records import Held

# What a poster's link carries: a topic, a force, or both ('recruitment_apply-dorset').
DEEP_LINK = re.compile(r"([a-z0-9_]+)(?:-([a-z_]+))?")


class Commands:
    """One handler for each command of `words.COMMANDS`."""

    def __init__(self, desk: Desk):
        self._desk = desk

    async def start(self, update: Update, context: CallbackContext) -> None:
        """The welcome; or, from a poster's link, the topic's answer at once."""
        asker, facts = self._desk.sender(update), self._desk.facts.now
        topic, force = self._deep_link(context.args)
        if topic:
            if force:
                await self._desk.assistant.remember_force(asker.conversation, force)
            asked = facts.answers[topic].question
            await self._desk.ask(update, asker, asked, f"{words.DEEP_LINK}\n\n{asked}")
        elif force:
            await self.choose(update, asker, force)
        else:
            await self._desk.say(update, asker, words.START, starters(facts))

    async def help(self, update: Update, _: CallbackContext) -> None:
        """What the bot can do."""
        await self._desk.say(update, self._desk.sender(update), words.HELP, starters(self._desk.facts.now))

    async def unknown(self, update: Update, _: CallbackContext) -> None:
        """A command that doesn't exist: says so, and helps."""
        await self._desk.say(update, self._desk.sender(update), f"{words.UNKNOWN_COMMAND}\n\n{words.HELP}",
                             starters(self._desk.facts.now))

    async def force(self, update: Update, context: CallbackContext) -> None:
        """'/force Derby' chooses at once, '/force Newport' asks which, '/force kent please' asks Rasa, '/force' shows the list."""
        asker, facts = self._desk.sender(update), self._desk.facts.now
        typed = " ".join(context.args or ())
        found = self._desk.facts.forces_of(typed)
        if len(found) == 1:
            await self.choose(update, asker, found[0])
        elif found:
            await self._desk.say(update, asker, words.WHICH_FORCE, [[force_button(facts, force)] for force in found])
        elif replies := await self._found_by_rasa(asker, typed):
            await self._desk.pass_on(update, asker, replies)
        else:
            person = await self._desk.people.get(asker.conversation)
            await self._desk.say(update, asker, words.CHOOSE_FORCE_AGAIN if typed else words.CHOOSE_FORCE,
                                 forces(facts, 0, person.force))

    async def _found_by_rasa(self, asker: Sender, typed: str) -> list[dict[str, Any]]:
        if not typed:
            return []
        async with self._desk.post.typing(asker.place):
            return await self._desk.assistant.find_force(asker.conversation, typed)

    async def choose(self, update: Update, asker: Sender, force: str) -> None:
        """Remembers a force and says so, in Rasa's words where it is there."""
        name = self._desk.facts.now.forces[force].name  # before anything is waited for: what is live may change meanwhile
        async with self._desk.post.typing(asker.place):
            replies = await self._desk.assistant.choose_force(asker.conversation, force)
        if replies is None:
            await self._desk.say(update, asker, words.FORCE_KEPT.format(force=name))
        else:
            await self._desk.pass_on(update, asker, replies)

    async def privacy(self, update: Update, _: CallbackContext) -> None:
        """What is kept, and what is held about this very chat now."""
        asker = self._desk.sender(update)
        held = await self._desk.shelf.do(None, self._desk.records.held, asker.conversation)
        days = f"{self._desk.settings.door.retention_days:g}"
        await self._desk.say(update, asker, words.PRIVACY.format(days=days, held=self._shown(held)))

    async def forget(self, update: Update, _: CallbackContext) -> None:
        """Deletes everything about this person in this chat, with a receipt; '/delete' and '/stop' mean this, too."""
        asker = self._desk.sender(update)
        async with self._desk.post.typing(asker.place):
            outcome = await self._desk.assistant.forget(asker.conversation)
        text = {"done": words.FORGOTTEN, "later": words.FORGOTTEN_LATER, "failed": words.NOT_FORGOTTEN}[outcome]
        now = dt.datetime.now(dt.UTC)
        await self._desk.say(update, asker, text.format(when=f"{now.day} {now:%B %Y at %H:%M} UTC"))

    def _deep_link(self, arguments: list[str] | None) -> tuple[str | None, str | None]:
        match = DEEP_LINK.fullmatch(" ".join(arguments or ()))
        known = self._desk.facts.now
        named = [name for name in (match.groups() if match else ()) if name]
        topic = next((name for name in named if name in known.answers), None)
        force = next((name for name in named if name in known.forces), None)
        return topic, force

    def _shown(self, held: Held | None) -> str:
        if held is None:
            return words.HELD_UNKNOWN
        force = self._desk.facts.now.forces.get(held.force or "")
        return "\n".join([words.HELD_FORCE.format(force=force.name) if force else words.HELD_NO_FORCE,
                          words.HELD_ANSWERS.format(answers=held.answers, rated=held.rated)])
