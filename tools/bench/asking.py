"""People who ask over HTTP, each with a conversation and a connection of their own, as fast as they are answered."""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import List, Optional, Sequence

ANSWER_SECONDS = 120


@dataclass
class Times:
    """Seconds of each round trip, and of the whole."""

    trips: List[float] = field(default_factory=list)
    whole: float = 0.0

    def __iadd__(self, other: Times) -> Times:
        self.trips += other.trips
        self.whole += other.whole
        return self

    def percentile(self, percent: float) -> float:
        """Milliseconds that `percent` of the trips did not exceed (nearest rank)."""
        ordered = sorted(self.trips)
        return 1000 * ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]

    @property
    def rate(self) -> float:
        """Messages a second, of all people together."""
        return len(self.trips) / self.whole


def ask(port: int, messages: Sequence[str], people: int, count: int, sender: Optional[str] = None) -> Times:
    """`count` messages from each of `people` at Rasa's REST channel. Raises `OSError` when it isn't answered."""
    times, failed = Times(), []

    def person(number: int) -> None:
        try:
            times.trips.extend(_chat(port, messages, count, number, sender or uuid.uuid4().hex))
        except (OSError, http.client.HTTPException, ValueError) as error:
            failed.append(error)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.whole = time.perf_counter() - begun
    if failed:
        raise OSError(f"{len(failed)} of {people} people were not answered: {failed[0]}")
    return times


def _chat(port: int, messages: Sequence[str], count: int, first: int, sender: str) -> List[float]:
    connection, trips = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS), []
    for number in range(count):
        # Each person begins elsewhere in the list, so that nobody asks what somebody just asked.
        body = json.dumps({"sender": sender, "message": messages[(first * count + number) % len(messages)]})
        begun = time.perf_counter()
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        json.load(connection.getresponse())  # stock Rasa sometimes says nothing at all: that counts as a turn
        trips.append(time.perf_counter() - begun)
    connection.close()
    return trips
