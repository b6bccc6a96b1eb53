"""`python -m door.telegram check`: what stands between the bot and its first answer, and what to do about it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from telegram import Bot, User, WebhookInfo
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from door.rasa import Rasa, RasaFailed
from door.telegram.names import Names
from door.telegram.polling import ANSWER_SECONDS, REFUSED, AlreadyRunning, lock
from door.telegram.settings import TelegramSettings

# Another poller is thrown out when we begin to poll, and throws us out when it comes back: the library of
# most bots does so after a few seconds.
LISTEN_SECONDS = 8
QUESTION = "What is a PCSO?"
NO_TOKEN = ("TELEGRAM_BOT_TOKEN is not set, so Telegram is off. BotFather (https://t.me/BotFather) gives you a token for /newbot; "
            "start with TELEGRAM_BOT_TOKEN=… make run")

Say = Callable[[str], None]


@dataclass
class Check:
    """One look at everything; `say` gets each finding as a line."""

    settings: TelegramSettings
    state: Path
    say: Say
    faults: int = 0

    async def run(self) -> int:
        """Looks, says, and returns how many things are wrong. Changes nothing and takes no messages away."""
        if self.settings.token is None:
            self._wrong(NO_TOKEN)
        else:
            await self._telegram(Bot(self.settings.token, base_url=f"{self.settings.api_url}/bot"))
        await self._rasa()
        return self.faults

    async def _telegram(self, bot: Bot) -> None:
        try:
            await bot.initialize()
        except InvalidToken:
            self._wrong(REFUSED)
        except TelegramError as error:
            self._wrong(f"Telegram can't be reached at {self.settings.api_url} ({type(error).__name__}). Look at this machine's "
                        "way to the internet: the firewall, HTTPS_PROXY, TELEGRAM_API_URL.")
        else:
            self._good(f"Telegram accepts the token. The bot is @{bot.username}: people write to it at https://t.me/{bot.username}")
            self._abilities(bot.bot)
            await self._way_in(bot)
            await bot.shutdown()

    def _good(self, text: str) -> None:
        self.say(f"  good   {text}")

    def _note(self, text: str) -> None:
        self.say(f"  note   {text}")

    def _wrong(self, text: str) -> None:
        self.faults += 1
        self.say(f"  WRONG  {text}")

    def _abilities(self, me: User) -> None:
        if not me.supports_inline_queries:
            self._note(f"Inline mode is off: '@{me.username} …' in other chats does nothing. BotFather: /setinline.")
        if not me.can_join_groups:
            self._note("The bot can't be taken into groups. BotFather: /setjoingroups.")
        elif not me.can_read_all_group_messages:
            self._note("In groups Telegram passes on only what names the bot, so an emergency in another message isn't seen. "
                       "BotFather: /setprivacy, Disable.")

    async def _way_in(self, bot: Bot) -> None:
        try:
            found = await bot.get_webhook_info()
            if self.settings.webhook_url:
                self._webhook(found)
            elif found.url:
                self._note(f"A webhook is set, to {urlsplit(found.url).hostname}. Starting this channel takes it away. If that is "
                           "another program of yours, stop it first, or give this one a bot of its own (BotFather: /newbot).")
            else:
                with lock(self.state, self.settings.bot_id):
                    await self._poll(bot)
        except AlreadyRunning as error:
            self._good(f"The channel is running on this machine (process {error.owner}); it fetches the messages.")
        except OSError as error:
            self._wrong(f"The folder {self.state} can't be written ({error.strerror}). Make it writable.")
        except TelegramError as error:
            self._wrong(f"Telegram stopped answering while it was asked how messages come in ({type(error).__name__}). Try again.")

    def _webhook(self, found: WebhookInfo) -> None:
        if found.url != self.settings.webhook_url:
            there = f"is set to {urlsplit(found.url).hostname}" if found.url else "isn't set"
            self._note(f"Telegram's webhook {there}; starting this channel sets it to TELEGRAM_WEBHOOK_URL.")
        elif found.last_error_message:
            self._wrong(f"Telegram can't deliver to TELEGRAM_WEBHOOK_URL: '{found.last_error_message}' (last tried "
                        f"{found.last_error_date:%d %B at %H:%M} UTC, {found.pending_update_count} messages wait). Look at your "
                        f"proxy: it has to pass this path on to {self.settings.webhook_host}:{self.settings.webhook_port}.")
        else:
            self._good(f"The webhook is set, and {found.pending_update_count} messages wait.")

    async def _poll(self, bot: Bot) -> None:
        """Polls without confirming anything, so that every message is still there for the channel."""
        self.say(f"         looking for {LISTEN_SECONDS} s whether another program fetches this bot's messages …")
        end, waiting = time.monotonic() + LISTEN_SECONDS, 0
        # Not the library's `get_updates`: that one fails where a single update is malformed.
        request = HTTPXRequest(read_timeout=LISTEN_SECONDS + ANSWER_SECONDS)
        try:
            async with request:
                while (left := end - time.monotonic()) > 0:
                    waiting = len(await request.post(f"{bot.base_url}/getUpdates?timeout={int(left)}"))
                    await asyncio.sleep(min(left, 1))
        except Conflict:
            self._wrong("Another program fetches this bot's messages, so they would arrive there or here by chance. Stop it, "
                        "or give this one a bot of its own (BotFather: /newbot).")
        else:
            self._good(f"Nobody else fetches this bot's messages; {waiting or 'none'} {'wait' if waiting != 1 else 'waits'} for it.")

    async def _rasa(self) -> None:
        door = self.settings.door
        rasa, asker = Rasa(door.rasa_url, door.rasa_seconds), Names("check").glance(0)
        begun = time.monotonic()
        try:
            replies, _ = await rasa.ask(asker, QUESTION)
            seconds = time.monotonic() - begun
            await rasa.forget(asker)
        except RasaFailed as error:
            self._wrong(_RASA.get(error.reason, _RASA["rubbish"]).format(url=door.rasa_url, reason=error.reason))
        else:
            if replies[0]["custom"]["scope"] == "unknown":
                self._wrong(f"Rasa answers at {door.rasa_url}, but has no answer to '{QUESTION}': is the action server running? "
                            "`make run` starts all parts, .state/logs says what is wrong.")
            else:
                self._good(f"Rasa answers at {door.rasa_url} in {1000 * seconds:.0f} ms.")
        finally:
            await rasa.close()


_RASA = {
    "unreachable": "Nobody answers at {url}. `make run` starts Rasa; if it runs elsewhere, set RASA_URL.",
    "slow": "Something listens at {url}, but gives no answer in time. Wait until `make run` says that it is ready, and try again.",
    "rubbish": "What answers at {url} is not this project's Rasa ({reason}). Look at RASA_URL and credentials.yml.",
}
