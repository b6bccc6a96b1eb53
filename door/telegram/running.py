"""The life of the process: starts when Telegram answers, stops when what it began is sent."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import structlog
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from door.telegram import housekeeping, profile, webhook
from door.telegram.application import Channel
from door.telegram.intake import Intake
from door.telegram.polling import Poller, TokenRefused

log = structlog.get_logger()

# What is still unanswered then stays in the database, and is answered after the next start.
# Together below the 15 s after which `make run` kills a part that won't stop.
STOP_SECONDS = 8.0
HOLD_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 30.0


class CannotStart(Exception):
    """Said to the operator as it is."""


async def run(channel: Channel) -> None:
    """Answers until SIGTERM or SIGINT.

    Raises `CannotStart` and `polling.TokenRefused`.
    """
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    try:
        if not await _unless(stop, _patiently(channel.application.initialize)):
            return
        application = channel.application
        log.info("telegram.open", bot=application.bot.username,
                 by="webhook" if channel.settings.webhook_url else "polling", rasa=channel.settings.door.rasa_url)
        await application.start()
        try:
            await _answer(channel, stop)
        finally:
            await _finish(channel)
    finally:
        await channel.rasa.close()
        channel.shelf.close()
        log.info("telegram.closed")


async def _answer(channel: Channel, stop: asyncio.Event) -> None:
    bot = channel.application.bot
    intake = Intake(bot, channel.application.update_queue, channel.records, channel.shelf, channel.metrics)
    resumed = await intake.resume()
    if resumed:
        log.info("telegram.resumed", updates=resumed)
    async with _beside(profile.publish(bot), channel.facts.follow(), housekeeping.run(channel)):
        if channel.settings.webhook_url:
            try:
                with webhook.receiving(channel.settings, intake, channel.names):
                    await _unless(stop, _patiently(webhook.announce, bot, channel.settings, channel.names))
                    await stop.wait()
            except OSError as error:
                raise CannotStart(f"can't listen on {channel.settings.webhook_host}:{channel.settings.webhook_port} "
                                  f"({error.strerror}). Look at TELEGRAM_WEBHOOK_HOST and TELEGRAM_WEBHOOK_PORT.") from None
        else:
            # Telegram lets nobody fetch while a webhook is set, not even one that is forgotten.
            if await _unless(stop, _patiently(bot.delete_webhook)):
                await _unless(stop, Poller(bot, intake, channel.metrics).run())


async def _finish(channel: Channel) -> None:
    """Lets every update that was taken be answered, as long as that takes no longer than `STOP_SECONDS`."""
    stopping = asyncio.ensure_future(channel.application.stop())
    done, _ = await asyncio.wait({stopping}, timeout=STOP_SECONDS)
    if not done:
        log.warning("telegram.stopped_early", help="what is unanswered is answered after the next start")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HOLD_SECONDS):
                await channel.desk.post.hold()
        # Before Rasa's and the database's connections go: whom they fail would be told that we are broken.
        await channel.order.abandon()
    await channel.finish_answered()
    await channel.shelf.do(None, channel.records.wipe)
    with contextlib.suppress(TelegramError, RuntimeError):
        await channel.application.shutdown()


async def _patiently(action: Any, *arguments: Any) -> None:
    """Does what Telegram has to be there for; waits for it as long as it takes.

    Raises `TokenRefused` and `CannotStart`.
    """
    pause = 0.5
    while True:
        try:
            await action(*arguments)
            return
        except InvalidToken:
            raise TokenRefused from None
        except BadRequest as error:
            raise CannotStart(f"Telegram refuses: {error.message}. Look at TELEGRAM_WEBHOOK_URL.") from None
        except (NetworkError, RetryAfter, TelegramError) as error:
            log.warning("telegram.away", error=type(error).__name__, trying_again_in_seconds=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Runs `work` until it ends, or until we are to stop; then it is cancelled and False returned."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


@contextlib.asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
