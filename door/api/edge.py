"""The outermost layer: every answer leaves with security headers, and a fault never leaves bare."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from door.api import problems
from door.metrics import Metrics
from door.settings import Network, Settings

log = structlog.get_logger()

HSTS_SECONDS = 31_536_000
# How long a browser may remember that a site is allowed to ask.
PREFLIGHT_SECONDS = 600
# Beyond it a request is turned away at once, naming 999: better than to let everybody wait.
MOST_REQUESTS_AT_ONCE = 1_000
# A household or an office has a whole IPv6 /64: one address of it is nobody in particular.
IPV6_PREFIX = 64

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")

PAGE_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
               "form-action 'self'; base-uri 'none'; frame-ancestors 'self'{sites}")
# Nobody may frame the console, whichever sites embed the chat.
STAFF_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class Edge:
    """ASGI middleware: headers, CORS for the sites of `EMBED_ORIGINS`, OPTIONS, overload, faults."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics, methods: dict[str, set[str]]):
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._methods = methods
        self._in_progress = 0
        self._page_policy = PAGE_POLICY.format(sites="".join(f" {site}" for site in settings.embed_origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        began = False

        async def send_guarded(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                self._finish(scope, asked, message)
            await send(message)

        self._in_progress += 1
        try:
            if self._in_progress > MOST_REQUESTS_AT_ONCE:
                await problems.unavailable().response()(scope, receive, send_guarded)
            elif scope["method"] == "OPTIONS" and scope["path"] in self._methods:
                await self._options(asked, scope["path"])(scope, receive, send_guarded)
            else:
                await self._app(scope, receive, send_guarded)
        except Exception as error:
            log.exception("request.fault", path=scope["path"], error=type(error).__name__)
            if began:
                raise
            await problems.unexpected().response()(scope, receive, send_guarded)
        finally:
            self._in_progress -= 1

    def _options(self, asked: Headers, path: str) -> Response:
        headers = {"allow": self._allow(path)}
        if "access-control-request-method" in asked and self._allowed(asked):
            headers |= {"access-control-allow-methods": self._allow(path),
                        "access-control-allow-headers": "authorization, content-type",
                        "access-control-max-age": str(PREFLIGHT_SECONDS)}
        return Response(status_code=204, headers=headers)

    def _allow(self, path: str) -> str:
        return ", ".join(sorted(self._methods[path] | {"OPTIONS"}))

    def _finish(self, scope: Scope, asked: Headers, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        is_page = headers.get("content-type", "").startswith("text/html")
        is_staff = scope["path"].startswith("/staff/")
        page_policy = STAFF_POLICY if is_staff else self._page_policy
        headers["content-security-policy"] = page_policy if is_page else DATA_POLICY
        headers["x-content-type-options"] = "nosniff"
        headers["referrer-policy"] = "no-referrer"
        headers["permissions-policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        headers["cross-origin-opener-policy"] = "same-origin"
        headers.setdefault("cross-origin-resource-policy", "same-origin")
        if is_staff:
            headers["x-frame-options"] = "DENY"
        elif not self._settings.embed_origins:
            headers["x-frame-options"] = "SAMEORIGIN"  # for browsers that don't know frame-ancestors
        if is_https(scope, self._settings.trusted_proxies):
            headers["strict-transport-security"] = f"max-age={HSTS_SECONDS}"
        if scope["path"].startswith("/api/"):
            headers.add_vary_header("Origin")
            if self._allowed(asked):
                headers["access-control-allow-origin"] = asked["origin"]
                headers["access-control-expose-headers"] = "Retry-After"
        if message["status"] == 405 and scope["path"] in self._methods:
            headers["allow"] = self._allow(scope["path"])  # the router names the first match's alone
        if message["status"] >= 400:
            self._metrics.errors.labels(str(message["status"])).inc()

    def _allowed(self, asked: Headers) -> bool:
        return asked.get("origin") in self._settings.embed_origins


def client_address(request: Request, trusted: Iterable[Network]) -> str:
    """Whom limits count: the nearest address that isn't one of our own proxies.

    `X-Forwarded-For` is read from the right and only as far as proxies of `TRUSTED_PROXIES`
    wrote it: what stands left of that is whatever the caller likes.
    """
    address = request.client.host if request.client else ""
    trusted = tuple(trusted)
    passed_on = request.headers.getlist("x-forwarded-for")
    hops = [hop.strip() for hop in ",".join(passed_on).split(",")] if passed_on else []
    while hops and _is_within(address, trusted):
        address = hops.pop()
    return _household(address)


def is_https(scope: Scope, trusted: Iterable[Network]) -> bool:
    """Whether the person's browser speaks https, to the door or to a trusted proxy."""
    if scope["scheme"] == "https":
        return True
    client = scope.get("client")
    return (Headers(scope=scope).get("x-forwarded-proto") == "https"
            and client is not None and _is_within(client[0], tuple(trusted)))


def _is_within(address: str, networks: tuple[Network, ...]) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in networks)


def _household(address: str) -> str:
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed) if parsed else "unknown"


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with_port = _WITH_PORT.fullmatch(address)  # as some proxies write it
    try:
        parsed = ipaddress.ip_address(with_port[1] or with_port[2] if with_port else address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
