"""`make run`: starts everything with the model that is live, and keeps it running."""

from __future__ import annotations

import os
import signal
import sys
from typing import List

from processes.stack import ROOT, Part, Stack, StackError, action_server, door, rasa, releases, telegram
from releases.store import MODEL, Store, key
from tools.release import prepare

# RASA_WORKERS: the second Rasa listens on 5015, the third on 5025, and so on; each takes a core and 0.5 GB.
NEXT_PORT, MOST_WORKERS = 10, 32


def live_parts() -> List[Part]:
    """Everything that `make run` starts, with the model that is live. Raises `StackError`."""
    store = Store()
    release = prepare(store, lambda line: print(line, flush=True))
    port = int(os.environ.get("RELEASES_PORT") or 5056)
    url = f"http://127.0.0.1:{port}"
    model = store.object_path(release.model, MODEL)
    rasas = [rasa(port=5005 + NEXT_PORT * number, model=model, releases_url=url) for number in range(_workers())]
    for number, part in enumerate(rasas[1:], 2):
        part.name = f"Rasa {number}"
    inside = [releases(port), action_server(releases_url=url), *rasas]
    for part in rasas:
        part.environment["PCSO_DEBUG"] = "1"  # on loopback: the staff pages show what a message is understood as
    outside, bots = [door(int(os.environ.get("PORT") or 8000))], []
    if os.environ.get("TELEGRAM_BOT_TOKEN"):
        bots = [telegram()]
        outside += bots
    else:
        print("Telegram is off: set TELEGRAM_BOT_TOKEN to turn it on (docs/telegram.md).")
    for part in [*inside, *bots]:  # those that sign releases or load them; the door only asks who has which
        part.environment["RELEASES_KEY"] = os.environ.get("RELEASES_KEY") or key(store.folder)
    for part in outside:
        part.environment["RELEASES_URL"] = url
        part.environment["RASA_URL"] = ",".join(f"http://127.0.0.1:{part.port}" for part in rasas)
    return inside + outside


def _workers() -> int:
    """How many Rasas `RASA_WORKERS` asks for; the door shares the conversations out. Raises `StackError`."""
    given = os.environ.get("RASA_WORKERS") or "1"
    if not given.isdigit() or not 1 <= int(given) <= MOST_WORKERS:
        raise StackError(f"RASA_WORKERS must be a whole number from 1 to {MOST_WORKERS}, one for each core at most; it is '{given}'.")
    return int(given)


def main() -> int:
    """`make run`."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        parts = live_parts()
        print("Starting the assistant (logs in .state/logs) …", flush=True)
        with Stack(parts, ROOT / ".state" / "logs", say=lambda line: print(line, flush=True)) as stack:
            print(f"\nThe assistant answers at http://localhost:{int(os.environ.get('PORT') or 8000)}  (Ctrl-C stops it)", flush=True)
            stack.watch()
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
