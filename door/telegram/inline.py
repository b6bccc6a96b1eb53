"""Inline mode: '@bot can a pcso search me' in any chat offers the answer to post there."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import Any

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from door.telegram import words
from door.telegram.desk import Desk
from door.telegram.drawing import draw
from door.telegram.keyboards import examples, shortened
from door.telegram.post import NO_PREVIEW
from knowledge import look_up

# Shorter than this is no question yet: examples are offered.
LEAST_CHARACTERS = 3
# How long Telegram may show the same answer for the same words.
CACHE_SECONDS = 30
# One query for each letter typed.
QUERIES_A_MINUTE = 120
MOST_PEOPLE = 1_000
DESCRIPTION_CHARACTERS = 120


class Inline:
    """Answers inline queries. Nothing of them is kept, and nobody's own force is used: the answer is for others to read."""

    def __init__(self, desk: Desk):
        self._desk = desk
        self._latest: OrderedDict[int, str] = OrderedDict()

    async def answer(self, update: Update, _: CallbackContext) -> None:
        """Offers answers; only to the latest words of each person, what came before is out of date."""
        query = update.inline_query
        self._latest[query.from_user.id] = query.id
        self._latest.move_to_end(query.from_user.id)
        while len(self._latest) > MOST_PEOPLE:
            self._latest.popitem(last=False)
        text = query.query.strip()
        if len(text) < LEAST_CHARACTERS or await self._desk.limits.take(f"inline:{query.from_user.id}", QUERIES_A_MINUTE, 60):
            results = self._examples()
        else:
            replies = await self._desk.assistant.glance(self._desk.names.glance(query.from_user.id), text)
            results = [self._result(str(index), reply) for index, reply in enumerate(replies)]
        if self._latest.get(query.from_user.id) != query.id:
            return
        with suppress(TelegramError):  # the person has typed on, or gone
            await query.answer(results[:InlineQueryLimit.RESULTS], cache_time=CACHE_SECONDS, is_personal=True)

    def _examples(self) -> list[InlineQueryResultArticle]:
        facts = self._desk.facts.now
        replies = [look_up(facts, topic, None) for topic in examples(facts)]
        return [self._result(reply.topic, {"text": reply.text, "custom": reply.custom()}) for reply in replies]

    def _result(self, key: str, reply: dict[str, Any]) -> InlineQueryResultArticle:
        custom = reply["custom"]
        known = self._desk.facts.now.answers.get(custom["topic"])
        heading = known.question if known else ""
        title = words.INLINE_999 if custom["emergency"] else heading or (
            words.INLINE_BROKEN if custom["scope"] == "unknown" else shortened(reply["text"]))
        pages = draw(reply, heading)
        return InlineQueryResultArticle(
            id=key, title=title, description=" ".join(reply["text"].split())[:DESCRIPTION_CHARACTERS],
            input_message_content=InputTextMessageContent(pages[0].html, parse_mode=ParseMode.HTML,
                                                          link_preview_options=NO_PREVIEW))
