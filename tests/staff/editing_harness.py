"""A console before a small draft of its own, with releases of its own."""

from __future__ import annotations

import html
import re
from pathlib import Path

import httpx


def field(answer: httpx.Response, name: str) -> str:
    """What a field of the page's form holds."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', answer.text) or re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', answer.text, re.S)
    return html.unescape(found[1]) if found else ""


def words(answer: httpx.Response) -> str:
    """The page's words, without marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def text(project: Path, name: str) -> str:
    """A file of the draft."""
    return (project / name).read_text("utf-8")
