"""What the release server tells Prometheus: what is live, and whether those who follow have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily


class Figures:
    """Made anew at each scrape from what `/live` would answer."""

    def __init__(self, live: Callable[[], dict[str, Any]]):
        self._live = live
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """See prometheus_client's collectors."""
        live = self._live()
        number = GaugeMetricFamily("pcso_release_number", "How often something was made live; a step is a publication.")
        number.add_metric([], live.get("number") or 0)
        usable = GaugeMetricFamily("pcso_release_usable", "1 while the releases can be read and one is live.")
        usable.add_metric([], int(bool(live.get("release"))))
        followers = GaugeMetricFamily("pcso_release_followers", "Processes that follow, by whether they have what is live.",
                                      labels=["part", "current"])
        counts: dict[tuple[str, str], int] = {}
        for follower in live.get("followers", []):
            key = follower["part"], str(follower["current"]).lower()
            counts[key] = counts.get(key, 0) + 1
        for key, count in counts.items():
            followers.add_metric(list(key), count)
        yield from (number, usable, followers)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)
