"""The buttons under messages, and what their data means. Every id still works after a restart.

`q:<hash>` a quick reply, its payload kept in the database · `t:<topic>` the topic's question ·
`f:<force>` choose a force · `p:<page>` a page of forces · `r:<answer>:<1|0>` feedback.
"""

from __future__ import annotations

from typing import Any

from door.telegram import words
from door.telegram.letters import MOST_LABEL, Button, Keyboard, payload_id
from knowledge import Knowledge

# With two rows for paging this fills a phone's screen and no more.
FORCES_A_PAGE = 8


def quick_replies(buttons: list[dict[str, Any]]) -> tuple[Keyboard, dict[str, str]]:
    """A reply's `buttons` as a keyboard, one a row, and the payloads to keep by their ids."""
    keyboard: Keyboard = []
    payloads: dict[str, str] = {}
    for button in buttons:
        key = payload_id(button["payload"])
        payloads[key] = button["payload"]
        keyboard.append([(shortened(button["title"]), f"q:{key}")])
    return keyboard, payloads


def feedback(answer: str) -> list[Button]:
    """The row that asks whether an answer helped."""
    return [(words.HELPED, f"r:{answer}:1"), (words.NOT_HELPED, f"r:{answer}:0")]


def examples(knowledge: Knowledge) -> list[str]:
    """The topics that most people come for, in the order of the answers: what PCSOs do before how to reach them."""
    return [topic for topic in knowledge.answers if topic in knowledge.most_asked]


def starters(knowledge: Knowledge) -> Keyboard:
    """Example questions, and the way to one's force."""
    rows: Keyboard = [[(shortened(knowledge.answers[topic].question), f"t:{topic}")] for topic in examples(knowledge)]
    return [*rows, [(words.FORCE_BUTTON, "p:0")]]


def forces(knowledge: Knowledge, page: int, chosen: str | None) -> Keyboard:
    """One page of all forces by name, with buttons to the pages beside it."""
    everyone = sorted(knowledge.forces.values(), key=lambda force: force.name)
    pages = -(-len(everyone) // FORCES_A_PAGE)
    page = min(max(page, 0), pages - 1)
    shown = everyone[page * FORCES_A_PAGE:(page + 1) * FORCES_A_PAGE]
    rows: Keyboard = [[force_button(knowledge, force.id, chosen)] for force in shown]
    paging: list[Button] = [(words.PREVIOUS, f"p:{page - 1}")] if page else []
    paging.append((words.PAGE.format(page=page + 1, pages=pages), f"p:{page}"))
    if page + 1 < pages:
        paging.append((words.NEXT, f"p:{page + 1}"))
    return [*rows, paging]


def force_button(knowledge: Knowledge, force: str, chosen: str | None = None) -> Button:
    """Chooses one force; the one that is chosen already has a tick."""
    name = knowledge.forces[force].name
    return (words.CHOSEN.format(name=name) if force == chosen else name), f"f:{force}"


def shortened(label: str) -> str:
    """A label that a phone shows whole."""
    return label if len(label) <= MOST_LABEL else f"{label[:MOST_LABEL - 1].rstrip()}…"
