"""Talks to the assistant in the terminal, over the same REST channel as everybody."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import urllib.request
import uuid
from typing import Dict, List

from knowledge.direct import urlopen
from processes.ports import free_port
from processes.stack import ROOT, Stack, StackError, action_server, is_taken, rasa

WIDTH = 88


def ask(url: str, sender: str, message: str) -> List[Dict]:
    """One turn; raises `OSError` when Rasa can't be reached."""
    body = json.dumps({"sender": sender, "message": message}).encode()
    request = urllib.request.Request(f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def show(messages: List[Dict]) -> None:
    """Prints replies as a person would want to read them."""
    for message in messages:
        print()
        for paragraph in message["text"].split("\n"):
            print(textwrap.fill(paragraph, WIDTH) if paragraph else "")
        custom = message.get("custom", {})
        for source in custom.get("sources", []):
            print(textwrap.fill(f"[{source['publisher']}: {source['title']}, checked {custom.get('checked')}]", WIDTH))
        for button in message.get("buttons", []):
            print(f"  → {button['payload']}")
    print()


def main() -> int:
    """Uses the running assistant if there is one, else starts its own."""
    stack = None
    url = "http://127.0.0.1:5005"
    try:
        if not is_taken(5005):
            print("Starting the assistant …")
            actions, port = free_port(), free_port()
            url = f"http://127.0.0.1:{port}"
            stack = Stack([action_server(actions), rasa(port, actions)], ROOT / ".state" / "logs")
            stack.start()
        sender = f"terminal-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        print("Ask about PCSOs. An empty line ends the chat. In an emergency call 999.\n")
        while True:
            line = input("you  > ").strip()
            if not line:
                return 0
            show(ask(url, sender, line))
    except (EOFError, KeyboardInterrupt):
        print()
        return 0
    except (StackError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if stack:
            stack.stop()


if __name__ == "__main__":
    sys.exit(main())
