"""The real processes of the drill, and what can be done to them."""

from __future__ import annotations

import io
import secrets
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from door.settings import STATE
from processes.ports import free_port
from processes.stack import MODEL as TRAINED
from processes.stack import ROOT, Part, Stack, action_server, door, rasa, releases, stop, telegram
from releases import drafts
from releases.store import MODEL, Store, key
from tools.fake_telegram.server import BotApi

STAFF = "the drill"
# The drill's people share one address and are in no hurry; limits have tests of their own.
NO_LIMIT = "1000000"
PROBE_SECONDS = 0.5
# Rasa's imports take 15 s of a core of its own; here hundreds of people are using it.
START_SECONDS = 300


class Stage:
    """Action server, Rasa, release server, public door and Telegram, with databases and releases of their own."""

    def __init__(self, say: Callable[[str], None]):
        self.api = BotApi()
        self.token = self.api.new_token()
        self._folder = tempfile.TemporaryDirectory(prefix="pcso-drill-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._store = Store(folder / "releases")
        release = drafts.make(self._store, ROOT, TRAINED, STAFF, "files", "As it is in the project")
        self._store.publish(release.id, STAFF)
        ports = {name: free_port() for name in ("releases", "actions", "rasa", "door", "telegram")}
        inside = f"http://127.0.0.1:{ports['releases']}"
        self.releases = releases(ports["releases"], self._store.folder)
        self.actions = action_server(ports["actions"], inside)
        self.rasa = rasa(ports["rasa"], ports["actions"], self._store.object_path(release.model, MODEL), releases_url=inside)
        self.door = door(ports["door"], ports["rasa"], ports["actions"])
        self.telegram = telegram(ports["rasa"], ports["telegram"])
        self.telegram.environment |= {"TELEGRAM_BOT_TOKEN": self.token, "TELEGRAM_API_URL": self.api.url, "TELEGRAM_PERSON_LIMIT": NO_LIMIT}
        for part in (self.door, self.telegram):
            part.environment |= {"DATABASE_URL": f"sqlite:///{folder}/conversations.db", "RELEASES_URL": inside}
        environment = {"DATABASE_URL": f"sqlite:///{folder}/rasa.db", "SECRET_KEY": secrets.token_hex(32), "ADDRESS_LIMIT": NO_LIMIT,
                       "CONVERSATION_LIMIT": NO_LIMIT, "RELEASES_KEY": key(self._store.folder), "HOST": "127.0.0.1", "REDIS_URL": ""}
        self._stack = Stack([self.releases, self.actions, self.rasa, self.door, self.telegram], ROOT / ".state" / "logs" / "drill",
                            environment, say)
        self.url = f"http://127.0.0.1:{ports['door']}"

    def __enter__(self) -> Stage:
        """Raises `StackError` where a part doesn't start."""
        self.api.served.start()
        try:
            self._stack.__enter__()
        except BaseException:
            self.api.served.stop()
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.stop()
        (STATE / f"telegram-{self.token.split(':')[0]}.lock").unlink(missing_ok=True)
        self.api.served.stop()
        self._folder.cleanup()

    def kill(self, part: Part) -> None:
        """As the kernel does when memory runs out."""
        stop(part, signal.SIGKILL)

    def stop(self, part: Part) -> None:
        """As a rolling release does."""
        stop(part)

    def start(self, part: Part) -> float:
        """Starts a part again; the seconds until it is ready. Raises `StackError`."""
        begun = time.monotonic()
        self._stack.launch(part)
        self._stack.wait(part, START_SECONDS)
        return time.monotonic() - begun

    def publish_fact(self, force: str, topic: str, text: str, note: str) -> str:
        """Publishes the live knowledge with another text for one fact; the release that was live before."""
        before = self._store.live().release
        path = f"data/knowledge/forces/{force}.yml"

        def change(live: bytes) -> bytes:
            yaml, stream = YAML(), io.BytesIO()
            content = yaml.load(live)
            content["facts"][topic]["text"] = text
            yaml.dump(content, stream)
            return stream.getvalue()

        drafts.publish_knowledge(self._store, {path: change}, STAFF, note)
        return before

    def roll_back(self, release: str) -> None:
        """Makes an earlier release live."""
        self._store.publish(release, STAFF, "roll_back", "The drill found it to be wrong")

    def seen(self, question: str, words: str, seconds: float) -> float | None:
        """Asks at the door, each time as somebody new, until `words` are in the answer; how long that took, or None."""
        begun = time.monotonic()
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            while time.monotonic() - begun < seconds:
                try:
                    answer = client.post("/api/messages", json={"message": question})
                    if answer.status_code == 200 and any(words in message["text"] for message in answer.json()["messages"]):
                        return time.monotonic() - begun
                except httpx.TransportError:
                    pass
                time.sleep(PROBE_SECONDS)
        return None

    def rate_answer(self, question: str) -> bool:
        """Asks, and says that the answer didn't help; whether that was taken."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            given = client.post("/api/messages", json={"message": question}).raise_for_status().json()
            body = {"conversation": given["conversation"], "message_id": given["messages"][0]["id"], "helpful": False}
            return client.post("/api/feedback", json=body).status_code == 204
