"""Asks all questions, several at a time, over a running assistant's REST channel."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Callable, Mapping, Optional

from evaluation.client import Client, RasaError, Reply, Understood
from evaluation.judging import Judged, judge, unanswered
from evaluation.questions import Question

AT_ONCE = 4
# So many unanswered in a row mean that Rasa is gone, not that a question is hard.
GIVE_UP_AFTER = 20


def ask_all(client: Client, conversations: list[list[Question]], force_names: Mapping[str, str],
            progress: Callable[[int, int], None], at_once: int = AT_ONCE) -> list[Judged]:
    """Every question judged, in the order given. Raises `RasaError` when nobody answers any more."""
    total, done, silent = sum(map(len, conversations)), 0, 0
    results: dict[int, list[Judged]] = {}
    with ThreadPoolExecutor(at_once) as pool:
        waiting = {pool.submit(_ask, client, conversation, force_names): index
                   for index, conversation in enumerate(conversations)}
        for future in as_completed(waiting):
            found = results[waiting[future]] = future.result()
            silent = silent + len(found) if all(item.got.error for item in found) else 0
            if silent >= GIVE_UP_AFTER:
                pool.shutdown(cancel_futures=True)
                raise RasaError(f"{silent} questions in a row had no answer. The last: {found[-1].got.error}")
            done += len(found)
            progress(done, total)
    return [item for index in range(len(conversations)) for item in results[index]]


def _ask(client: Client, conversation: list[Question], force_names: Mapping[str, str]) -> list[Judged]:
    """One conversation, turn by turn, with a sender of its own."""
    sender, judged = f"evaluate-{uuid.uuid4().hex}", []
    for question in conversation:
        try:
            reply: Reply = client.ask(sender, question.text)
            understood: Optional[Understood] = None
            if len(conversation) == 1:
                understood = client.understand(question.text)
            elif question.points:
                understood = client.told(sender)
        except RasaError as error:
            judged.append(unanswered(question, str(error)))
            continue
        judged.append(judge(question, reply, force_names, understood))
    return judged
