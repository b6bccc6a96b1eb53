"""How long people wait while a release is published and rolled back: `python -m tools.release_bench`.

Starts release server, action server and Rasa on free ports, sends twenty messages a second in
conversations that go on, publishes another model and other knowledge, and rolls back.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Optional

from ruamel.yaml import YAML

from knowledge.direct import urlopen
from processes import stack
from processes.ports import free_port
from releases import drafts, packing
from releases.store import KNOWLEDGE, MODEL, Release, Store, key

A_SECOND = 20
AT_ONCE = 64
CONVERSATIONS = 100
# Each keeps its force: 'and' questions are answered for the force of the first message.
FIRST = "can a pcso detain me in derby"
NEXT = ("and can they arrest me", "and what about fines", "can they take my alcohol", "how do i apply")
FORCE = "derbyshire"
TOPIC = "powers_detain"
OTHER_TEXT = "Another answer, so that it can be seen which release gave it."


@dataclass
class Reply:
    """One message sent: when (seconds since the start), how long it took, what was wrong with the answer."""

    at: float
    seconds: float
    wrong: Optional[str] = None


@dataclass
class Traffic:
    """Messages at an even pace until `stop`; every one is accounted for in `replies`."""

    url: str
    rate: float = A_SECOND
    replies: List[Reply] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._turns: Dict[int, int] = {}
        self._busy: Dict[int, threading.Lock] = {number: threading.Lock() for number in range(CONVERSATIONS)}
        self._pacer = threading.Thread(target=self._pace, daemon=True)

    def start(self) -> None:
        """Begins to send."""
        self._pacer.start()

    def stop(self) -> None:
        """Sends no more, and waits for what is under way."""
        self._over.set()
        self._pacer.join()

    def since(self, begun: float) -> float:
        """A `time.monotonic` moment on the clock of `Reply.at`."""
        return begun - self._begun

    def _pace(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while not self._over.wait(max(0.0, self._begun + self.sent / self.rate - time.monotonic())):
                pool.submit(self._send, self.sent % CONVERSATIONS, time.monotonic())
                self.sent += 1

    def _send(self, conversation: int, due: float) -> None:
        with self._busy[conversation]:  # a person writes on after the answer
            turn = self._turns.get(conversation, 0)
            self._turns[conversation] = turn + 1
            text = NEXT[turn % len(NEXT)] if turn else FIRST
            wrong = None
            try:
                messages = ask(self.url, f"traffic-{id(self)}-{conversation}", text)
                force = (messages[0].get("custom") or {}).get("force") if messages else None
                wrong = None if force == FORCE else f"'{text}' was answered for {force}: {str(messages)[:200]}"
            except OSError as error:
                wrong = f"'{text}' failed: {error}"
            self.replies.append(Reply(due - self._begun, time.monotonic() - due, wrong))


def ask(url: str, sender: str, text: str) -> List[dict]:
    """One message over the REST channel. Raises `OSError`."""
    request = urllib.request.Request(f"{url}/webhooks/rest/webhook", json.dumps({"sender": sender, "message": text}).encode(),
                                     {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


@dataclass
class Running:
    """A whole inside: the address of each part, and the store that says what is live."""

    store: Store
    rasa_url: str
    releases_url: str
    stack: stack.Stack

    def live(self) -> dict:
        """What the release server says."""
        with urlopen(f"{self.releases_url}/live", timeout=10) as answer:
            return json.load(answer)

    def wait_until_followed(self, seconds: float = 90.0) -> float:
        """Waits until every process has what is live; returns how long that took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            followers = self.live()["followers"]
            if {follower["part"] for follower in followers} == {"model", "knowledge"} and all(item["current"] for item in followers):
                return time.monotonic() - begun
            time.sleep(0.05)
        raise TimeoutError(f"after {seconds:.0f} s some process still hasn't what is live: {self.live()}")


@contextmanager
def running(folder: Path, workers: int = 1) -> Iterator[Running]:
    """Release server, action server and Rasa on free ports, with a first release of the project's files."""
    store = Store(folder / "releases")
    first = drafts.make(store, drafts.content_dir(), stack.MODEL, drafts.MAKE_RUN, "files")
    store.publish(first.id, drafts.MAKE_RUN, "first")
    ports = [free_port() for _ in range(2 + workers)]
    url = f"http://127.0.0.1:{ports[0]}"
    parts = [stack.releases(ports[0], store.folder), stack.action_server(ports[1], url)]
    parts += [stack.rasa(port, ports[1], store.object_path(first.model, MODEL), releases_url=url) for port in ports[2:]]
    for number, part in enumerate(parts[2:]):
        part.name += f" {number}" if workers > 1 else ""
    environment = {"DATABASE_URL": f"sqlite:///{folder}/conversations.db", "RELEASES_KEY": key(store.folder),
                   "KNOWLEDGE_CACHE": str(folder / "knowledge"), "PCSO_DEBUG": "1"}
    with stack.Stack(parts, folder / "logs", environment) as started:
        yield Running(store, f"http://127.0.0.1:{ports[2]}", url, started)


def another(store: Store, text: str) -> Release:
    """A release whose model is other bytes of the same, and whose answer to `FIRST` is `text`."""
    live = store.live_release()
    model = gzip.compress(gzip.decompress(store.object_path(live.model, MODEL).read_bytes()), 3, mtime=len(text))
    with packing.unpacked(store.object_path(live.knowledge, KNOWLEDGE)) as folder:
        path, yaml = folder / "data" / "knowledge" / "forces" / f"{FORCE}.yml", YAML()
        content = yaml.load(path)
        content["facts"][TOPIC]["text"] = text
        yaml.dump(content, path)
        for part in ("config.yml", "domain.yml", "data/nlu"):
            (folder / part).symlink_to(drafts.content_dir() / part)
        return drafts.make(store, folder, store.put(MODEL, model), "bench", "candidate", text)


def main() -> int:
    """Prints a table; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="pcso-release-bench-") as name, running(Path(name)) as it:
        it.wait_until_followed()
        other, first = another(it.store, OTHER_TEXT), it.store.live_release()
        traffic = Traffic(it.rasa_url)
        traffic.start()
        time.sleep(10)  # Rasa's first messages are slow whatever happens
        marks = [("before", time.monotonic())]
        time.sleep(10)
        for label, release in (("publish", other), ("roll back", first)):
            marks.append((label, time.monotonic()))
            it.store.publish(release.id, "bench", "publish")
            print(f"{label}: every process has it after {it.wait_until_followed():.1f} s", flush=True)
            marks.append((f"after {label}", time.monotonic()))
            time.sleep(8)
        traffic.stop()
        _print(traffic, marks)
        return 1 if any(reply.wrong for reply in traffic.replies) or len(traffic.replies) != traffic.sent else 0


def _print(traffic: Traffic, marks: List[tuple]) -> None:
    ends = [when for _, when in marks[1:]] + [time.monotonic()]
    print(f"\n{'phase':<18}{'messages':>9}{'median ms':>11}{'slowest ms':>12}{'wrong':>7}")
    for (label, begun), end in zip(marks, ends, strict=True):
        found = [reply for reply in traffic.replies if traffic.since(begun) <= reply.at < traffic.since(end)]
        times = sorted(reply.seconds * 1000 for reply in found) or [0.0]
        print(f"{label:<18}{len(found):>9}{times[len(times) // 2]:>11.0f}{times[-1]:>12.0f}{sum(bool(r.wrong) for r in found):>7}")
    print(f"sent {traffic.sent}, answered {len(traffic.replies)}")
    for reply in [reply for reply in traffic.replies if reply.wrong][:5]:
        print(reply.wrong, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
