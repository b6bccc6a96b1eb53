"""The host pages that embed the widget: a decent one, a strict one, a hostile one, and so on."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.browser.wire import Wire

TAG = '<script src="{server}/widget.js" defer {data}></script>'
WORDS = "<p>Neighbourhood teams work with you to make your area safer.</p>" * 12
BODY = """<!doctype html><html lang="{lang}"{more}><head><meta charset="utf-8"><title>A police force</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{head}</head>
<body{body}><main><h1>Welcome to our force</h1>{words}{main}</main>{tag}</body></html>"""

# A style sheet as wild as a page can be, and then some: nothing here may reach into the widget.
HOSTILE_CSS = """
* { all: unset !important; font: italic 47px cursive !important; color: lime !important; transform: rotate(3deg) !important; }
html, body, pcso-assistant { direction: rtl !important; visibility: hidden !important; opacity: .1 !important; display: none !important;
  font-size: 5px !important; letter-spacing: 1em !important; }
html, body { display: block !important; visibility: visible !important; }
div, section, button, textarea, p { display: none !important; position: static !important; }
"""
# Old libraries, broken polyfills and careless names.
HOSTILE_JS = """
Array.prototype.toJSON = function () { return 'broken'; };
Array.prototype.extra = function () {}; Object.prototype.more = 'oops';
window.h = window.clean = window.rich = window.STRINGS = window.Chat = window.status = 1;
addEventListener('keydown', (event) => {
  if (event.key.length === 1) { window.stolen = (window.stolen || '') + event.key; event.preventDefault(); }
});
document.addEventListener('DOMContentLoaded', () => setTimeout(() => { window.fetch = null; document.createElement('p'); }));
"""
STRICT = ("default-src 'none'; script-src {server}; connect-src {server}; style-src 'none'; img-src data:; "
          "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp-report")

PAGES: dict[str, dict[str, str]] = {
    "plain": {},
    "next": {"main": "<p>Another page of the same site.</p>"},
    "dorset": {"data": 'data-force="dorset"'},
    "welsh": {"lang": "cy", "data": 'data-force="south_wales"'},
    "theme": {"data": 'data-colour="#ffd400" data-name="Ask Anytown Police" data-position="left" data-logo="/site/logo.svg"'},
    "dark": {"data": 'data-theme="dark"'},
    "link": {"main": '<p><a id="plain-link" data-pcso-assistant href="/">Ask a question about PCSOs</a></p>'},
    "element": {"main": '<pcso-assistant data-force="kent"></pcso-assistant>'},
    "rtl": {"more": ' dir="rtl"', "lang": "ar"},
    "hostile": {"head": f"<style>{HOSTILE_CSS}</style><script>{HOSTILE_JS}</script>"},
    "frame": {"data": 'data-mode="page"'},
    "obscured": {"main": '<button id="behind">Behind</button>', "head": "<style>#behind{position:fixed;right:40px;bottom:120px}</style>"},
    "strict": {},
    "property": {"head": "<style>pcso-assistant { --pcso-colour: #ffd400; --pcso-gap: 50px }</style>"},
}
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="#036"/></svg>'


def page(path: str, wire: Wire) -> tuple[int, dict[str, str], bytes]:
    """The page at `/site/<name>` as (status, headers, body). `/site/other/<name>` embeds from the other origin."""
    name = path.rsplit("/", 1)[-1]
    if name.startswith("colour="):
        return _html(BODY.format(lang="en", more="", head="", body="", main="", words=WORDS, tag=TAG.format(
            server="", data=f'data-colour="{html.escape(unquote(name.removeprefix("colour=")))}"')))
    if name == "logo.svg":
        return 200, {"Content-Type": "image/svg+xml"}, LOGO
    if name == "framed":
        return _html('<!doctype html><html lang="en"><title>Framed</title>'
                     f'<iframe title="Chat" src="{wire.here}/site/frame" width="380" height="600"></iframe>')
    if name not in PAGES:
        return 404, {}, b"no such page"
    parts = {"lang": "en", "more": "", "head": "", "body": "", "main": "", "data": "", "words": WORDS, **PAGES[name]}
    # An empty server makes the tag relative: the page's own origin.
    server = wire.here if "/other/" in path or name == "strict" else ""
    parts["tag"] = TAG.format(server=server, data=parts["data"])
    status, headers, body = _html(BODY.format(**parts))
    if name == "strict":
        headers["Content-Security-Policy"] = STRICT.format(server=wire.here)
    return status, headers, body


def _html(text: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, text.encode()
