"""Takes updates that Telegram brings, for operators with a public https address."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import structlog
from telegram import Bot
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from door.telegram.intake import ALLOWED_UPDATES, Intake
from door.telegram.names import Names
from door.telegram.settings import TelegramSettings

log = structlog.get_logger()

# The largest update is a message of 4,096 characters with its entities, some 50 kB.
MOST_BYTES = 512 * 1024


class _Receiver(RequestHandler):
    """POST only. 200 means that the update is safe; anything else makes Telegram bring it again."""

    def initialize(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret

    async def post(self) -> None:
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        await self._intake.accept([update])


class _Quiet(Application):
    """Without a log line for each request: addresses are personal data too."""

    def log_request(self, handler: RequestHandler) -> None:
        pass


@contextmanager
def receiving(settings: TelegramSettings, intake: Intake, names: Names) -> Iterator[None]:
    """Listens while the block runs. Raises `OSError` where the port is taken."""
    path = urlsplit(settings.webhook_url).path or "/"
    app = _Quiet([(path, _Receiver, {"intake": intake, "secret": names.webhook_secret()})])
    server = HTTPServer(app, max_body_size=MOST_BYTES)
    server.listen(settings.webhook_port, address=settings.webhook_host)
    try:
        yield
    finally:
        server.stop()


async def announce(bot: Bot, settings: TelegramSettings, names: Names) -> None:
    """Tells Telegram the address. Raises `telegram.error.TelegramError`."""
    await bot.set_webhook(settings.webhook_url, allowed_updates=ALLOWED_UPDATES, secret_token=names.webhook_secret())
    log.info("telegram.webhook_set", host=urlsplit(settings.webhook_url).hostname)
