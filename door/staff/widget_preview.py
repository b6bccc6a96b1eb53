"""The widget's own drawing of a reply, as one script for pages of the console: <reply-preview>.

Made of the widget's sources, as its bundle is, so that a preview can't differ from what the public sees.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from door.widget import bundle
from knowledge import Reply

# What message.js needs, in the bundle's order.
NEEDED = ("dom", "words", "store", "api", "text", "colour", "dress", "message")
ELEMENT = Path(__file__).resolve().parent / "static" / "preview.js"


def script() -> str:
    """The script; made again when one of its sources changes."""
    files = [ELEMENT, bundle.HERE / "strings.json", bundle.HERE / "style.css", *(bundle.HERE / "src" / f"{name}.js" for name in NEEDED)]
    return _made(tuple(path.stat().st_mtime_ns for path in files))


def message(reply: Reply) -> str:
    """A reply as the public door sends it, for the element's data-message."""
    return json.dumps({"id": "preview", "from": "assistant", "text": reply.text, "custom": reply.custom(), "buttons": reply.buttons},
                      ensure_ascii=False)


@lru_cache(maxsize=2)
def _made(changed: tuple[int, ...]) -> str:
    # `changed` is there for the cache: an edited source is read anew.
    strings = json.dumps(json.loads((bundle.HERE / "strings.json").read_text("utf-8")), ensure_ascii=False)
    css = json.dumps(bundle.plain_css((bundle.HERE / "style.css").read_text("utf-8")), ensure_ascii=False)
    code = "\n".join(bundle.plain_js((bundle.HERE / "src" / f"{name}.js").read_text("utf-8")) for name in NEEDED)
    element = bundle.plain_js(ELEMENT.read_text("utf-8"))
    return f"(() => {{\n'use strict';\nconst STRINGS = {strings};\nconst CSS_TEXT = {css};\n{code}\n{element}\n}})();\n"
