"""What the action server counts, at `/metrics` beside rasa-sdk's own routes. Names of actions and times only."""

from __future__ import annotations

import sys
import time

import pluggy
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw

hookimpl = pluggy.HookimplMarker("rasa_sdk")

# A fact is looked up in under a millisecond; Rasa gives up after 20 s.
SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20)
KNOWN = frozenset({"action_answer", "action_refer_emergency"})

registry = CollectorRegistry()
seconds = Histogram("pcso_actions_seconds", "Time to run an action.", ["action"], buckets=SECONDS, registry=registry)
failures = Counter("pcso_actions_failures", "Actions that ended in an error.", ["action", "status"], registry=registry)


@hookimpl
def attach_sanic_app_extensions(app: Sanic) -> None:
    """Adds the route, and times each call of `/webhook`."""
    @app.get("/metrics")
    async def figures(_: Request) -> HTTPResponse:
        return raw(generate_latest(registry), content_type="text/plain; version=0.0.4")

    @app.middleware("request")
    async def begin(request: Request) -> None:
        request.ctx.begun = time.perf_counter()

    @app.middleware("response")
    async def end(request: Request, response: HTTPResponse) -> None:
        if request.path != "/webhook":
            return
        action = _action(request)
        seconds.labels(action).observe(time.perf_counter() - getattr(request.ctx, "begun", time.perf_counter()))
        if response.status >= 400:
            failures.labels(action, str(response.status)).inc()


def _action(request: Request) -> str:
    try:
        name = request.json["next_action"]
    except Exception:  # whatever was sent, it is no action of ours
        return "other"
    return name if name in KNOWN else "other"


def install() -> None:
    """Has rasa-sdk call this module when it makes its server; once, however often actions are loaded."""
    if not plugin_manager().is_registered(sys.modules[__name__]):
        plugin_manager().register(sys.modules[__name__])
