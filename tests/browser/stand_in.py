"""The real door, in front of a Rasa that answers simply; what the widget's tests talk to where PCSO_SERVER is not set.

Every question gets a sourced answer for the force of its conversation, 'stabbed' an emergency, 'my force is X' the force.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from processes.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
SOURCE = {"title": "Police Community Support Officers: what they are", "publisher": "GOV.UK",
          "url": "https://www.gov.uk/police-community-support-officers-what-they-are"}


def reply(text: str, force: str | None) -> dict:
    """One answer to `text`, as Rasa's channel gives it."""
    custom = {"topic": "powers_detain", "force": force, "scope": "force" if force else "national", "emergency": False,
              "checked": "2026-11-21", "sources": [SOURCE]}
    message: dict = {"custom": custom, "text": f"About '{text[:60]}': a PCSO cannot arrest you.\n\nCall 101 to ask more."}
    if "stabbed" in text.lower():
        custom |= {"topic": "emergency", "emergency": True, "sources": [], "checked": None}
        message["text"] = "Call 999 now if you or anyone else is in danger."
    elif text.lower().startswith("my force is"):
        custom |= {"topic": "set_force", "sources": [], "checked": None, "scope": "force"}
        message["text"] = "All right: I answer for that force."
    return message


class Rasa(BaseHTTPRequestHandler):
    """Rasa's REST channel."""

    protocol_version = "HTTP/1.1"
    forces: dict[str, str] = {}

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _send(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self._send({"status": "ok"})

    def do_DELETE(self) -> None:
        self.forces.pop(self.path.rsplit("/", 1)[-1], None)
        self._send({})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text, sender = asked["message"], asked["sender"]
        named = re.match(r"my force is ([\w ]+?)(?: police)?$", text.strip(), re.I)
        if named:
            self.forces[sender] = named[1].strip().lower().replace(" ", "_")
        self._send([{"recipient_id": sender, **reply(text, self.forces.get(sender))}])


@contextmanager
def door(*sites: str, **more: str) -> Iterator[str]:
    """Runs them; gives the door's address. `sites` may embed the chat; `more` are settings of the door."""
    rasa = ThreadingHTTPServer(("127.0.0.1", 0), Rasa)
    rasa.daemon_threads = True
    threading.Thread(target=rasa.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{(port := free_port())}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "RASA_URL": f"http://127.0.0.1:{rasa.server_address[1]}",
                       "DATABASE_URL": f"sqlite:///{folder}/door.db", "SECRET_KEY": "for the browser tests alone, long enough",
                       "EMBED_ORIGINS": ",".join(sites), "CONVERSATION_LIMIT": "100000", "ADDRESS_LIMIT": "100000", "LOG_LEVEL": "ERROR",
                       **more}
        process = subprocess.Popen([sys.executable, "-m", "door"], cwd=ROOT, env=environment)
        try:
            _wait(f"{address}/widget.js", process)
            yield address
        finally:
            process.terminate()
            process.wait(20)
            rasa.shutdown()


def _wait(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the door didn't start; run 'python -m door' to see why")
