"""`python -m door.telegram`: answers on Telegram. With `check`: says what stands in its way. With `settings`: lists them."""

from __future__ import annotations

import asyncio
import sys

import structlog

from door.settings import STATE, SettingsError
from door.telegram import quiet
from door.telegram.application import Channel
from door.telegram.check import Check
from door.telegram.polling import REFUSED, AlreadyRunning, TokenRefused, lock
from door.telegram.running import CannotStart, run
from door.telegram.settings import TelegramSettings, from_environment, table
from knowledge import KnowledgeError
from processes import logs

log = structlog.get_logger()

OFF = "telegram: off, because TELEGRAM_BOT_TOKEN is not set. See docs/telegram.md."
GOOD = "Nothing stands in the way."
USAGE = "telegram: the only words it knows are 'check' and 'settings'."


def main(arguments: list[str]) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    if arguments == ["settings"]:
        print(table())
        return 0
    if arguments not in ([], ["check"]):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        settings = from_environment()
        if arguments:
            return _check(settings)
        if settings.token is None:
            print(OFF)
            return 0
        logs.configure(settings.door.log_level)
        quiet.hush()
        with lock(STATE, settings.bot_id):
            channel = Channel(settings)
            _serve_metrics(channel)
            asyncio.run(run(channel))
        return 0
    except SettingsError as error:
        print(f"telegram: wrong settings.\n{error}", file=sys.stderr)
        return 2
    except KnowledgeError as error:
        print(f"telegram: the knowledge can't be used.\n{error}", file=sys.stderr)
    except TokenRefused:
        print(f"telegram: {REFUSED}", file=sys.stderr)
    except (AlreadyRunning, CannotStart) as error:
        print(f"telegram: {error}", file=sys.stderr)
    except OSError as error:
        print(f"telegram: can't use its files in .state ({error}). Make the folder writable.", file=sys.stderr)
    return 1


def _check(settings: TelegramSettings) -> int:
    print("The way from Telegram to Rasa:")
    faults = asyncio.run(Check(settings, STATE, lambda line: print(line, flush=True)).run())
    print(f"{faults} thing{'s' if faults > 1 else ''} to mend, then check again." if faults else GOOD)
    return 1 if faults else 0


def _serve_metrics(channel: Channel) -> None:
    port = channel.settings.metrics_port
    try:
        channel.metrics.serve(port)
    except OSError:
        # People are answered all the same.
        log.error("telegram.no_metrics", help=f"port {port} is taken. Set TELEGRAM_METRICS_PORT to another.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
