"""Makes widget.js, the one script that a site embeds, from the small source files beside this one.

The sources (`src/*.js`, `style.css`, `strings.json`) are what people read and change. `joined()` puts them behind
each other in one closed scope; that alone is a working widget. `build()` has terser shorten it to what a page should
pay for, and the result is kept in the repository: running the assistant needs no build tool, and its first line says
which sources it was made from, so that a test notices when it is out of date.

Joining works line by line, so the sources keep three habits:

- an `import` stands on one line, and imports only names from a neighbouring file;
- a comment starts a line or is left out of the code;
- no template literal runs over several lines;
- what a class calls its methods and fields is its own, or stands in `OUTSIDE`.

`python -m door.widget.bundle` builds and prints the size and the integrity value (needs node_modules/terser, see the
Makefile); with `check` it only says whether widget.js is up to date.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE / "widget.js"
TERSER = HERE.parent.parent / "node_modules" / ".bin" / "terser"
SETTINGS = ("--ecma", "2020", "--compress", "passes=4,unsafe_arrows,pure_getters,reduce_funcs=false", "--mangle", "--format",
            "ascii_only=false")

# A method or field of the widget's own classes gets a name of one letter, unless it is said outside them, too: in the
# server's JSON, in the tag's attributes, in what the browser keeps, or as an attribute of a node.
OUTSIDE = frozenset((
    "at buttons change checked choices colour conversation custom detail draft emergency error force from helpful id keep kind "
    "lang leave list logo message message_id messages mode name open payload position publisher scope server sources status tab "
    "text theme title token topic unsent url wait").split())
OWN_NAME = re.compile(r"^  (?:async |get )*(\w+)\(.*\) \{$|\bthis\.(\w+) = ", re.M)
# The browser calls these, and reads this.
ELEMENT = frozenset(("constructor", "connectedCallback", "disconnectedCallback", "popover"))

# A file stands after the files that it uses while loading.
ORDER = (
    "dom", "words", "store", "api", "emergency", "text", "colour", "dress", "message", "outbox", "composer",
    "options", "panel", "history", "carry", "leave", "chat", "element",
)


def plain_js(source: str) -> str:
    """The code of one module without comments, indentation, imports and exports."""
    source = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", source, flags=re.S | re.M)
    lines = (re.sub(r"^/\*\*.*?\*/ ", "", line.strip()) for line in source.splitlines())
    return "\n".join(line.removeprefix("export ") for line in lines if line and not line.startswith(("//", "import ")))


def plain_css(source: str) -> str:
    """The style sheet without comments and needless space."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    source = re.sub(r"\s+", " ", source)
    return re.sub(r";?}", "}", re.sub(r" ?([{};,>+]) ?", r"\1", source)).replace(": ", ":").replace(" !", "!").strip()


def own_names() -> list[str]:
    """The methods and fields of the widget's classes that may be shortened."""
    code = "\n".join((HERE / "src" / f"{name}.js").read_text("utf-8") for name in ORDER)
    return sorted({method or field for method, field in OWN_NAME.findall(code)} - OUTSIDE - ELEMENT)


def joined() -> str:
    """The whole widget as one classic script: strings, code and style sheet in a closed scope.

    The style sheet stands last but one: so the code lies within the 32 KB that gzip looks back.
    """
    strings = json.dumps(json.loads((HERE / "strings.json").read_text("utf-8")), ensure_ascii=False, separators=(",", ":"))
    css = json.dumps(plain_css((HERE / "style.css").read_text("utf-8")), ensure_ascii=False)
    *code, start = (plain_js((HERE / "src" / f"{name}.js").read_text("utf-8")) for name in ORDER)
    parts = (f"const STRINGS = {strings};", *code, f"const CSS_TEXT = {css};", start)
    return "(() => {{\n'use strict';\n{}\n}})();\n".format("\n".join(parts))


def stamp() -> str:
    """The first line of widget.js as these sources make it."""
    return f"/*! sources {hashlib.sha256(joined().encode()).hexdigest()[:16]} */\n"


def is_current() -> bool:
    """Whether widget.js was made from the sources as they are."""
    return BUILT.exists() and BUILT.read_text("utf-8").startswith(stamp())


def build() -> bytes:
    """Writes widget.js and returns it. Raises `OSError` or `CalledProcessError` where terser is missing or fails."""
    # `keep_quoted`: the names of our strings, which stand in quotes, stay as they are.
    short = ("--mangle-props", f"keep_quoted=true,regex=/^({'|'.join(own_names())})$/")
    made = subprocess.run([TERSER, *SETTINGS, *short], input=joined(), text=True, capture_output=True, check=True).stdout
    BUILT.write_text(stamp() + made, "utf-8")
    return BUILT.read_bytes()


def integrity() -> str:
    """The value of a script tag's `integrity` attribute for widget.js as it is."""
    return "sha384-" + base64.b64encode(hashlib.sha384(BUILT.read_bytes()).digest()).decode()


if __name__ == "__main__":
    if "check" in sys.argv:
        sys.exit(0 if is_current() else f"{BUILT}: not made from these sources; run 'make widget'")
    size = build()
    print(f"{BUILT.name}: {len(size)} bytes, {len(gzip.compress(size, 9))} gzipped, {integrity()}")
