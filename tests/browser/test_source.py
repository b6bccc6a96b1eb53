"""The widget's parts by themselves, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from door.widget import bundle

FOLDER = Path(bundle.HERE)


@pytest.fixture
def module(visit, wire):
    """Runs a line of JavaScript with one source module in hand: `module("text", "m.safeAddress('x')")`."""
    chat = visit()
    source = {path.name: path.read_text("utf-8") for path in (FOLDER / "src").glob("*.js")}
    chat.page.route("**/src/*.js", lambda route: route.fulfill(
        body=source[route.request.url.rsplit("/", 1)[-1]], content_type="text/javascript"))

    def run(name: str, line: str, *arguments):
        return chat.page.evaluate(f"async (a) => {{ const m = await import('/src/{name}.js'); return {line}; }}", list(arguments))

    return run


@pytest.mark.parametrize("text", [
    "there's a man with a knife", "he's hitting me", "someone is breaking in", "HELP", "heeeelp me", "my mum isnt breathing",
    "i want to die", "the house is on fire", "she's been stabbed", "they have a gun", "my son is missing", "I can smell gas",
    "shes unconscious", "im being followed", "I cant talk he's in the next room", "kick my door in", "i've taken too many pills",
    "he's going to kill me", "car crash, people trapped",
    "mae gan rywun gyllell a chyllell", "mae'r tŷ ar dân", "¡ayuda!", "na pomoc!", "au secours", "مساعدة", "допоможіть", "ਮਦਦ ਕਰੋ", "救命"])
def test_what_may_be_an_emergency_is_noticed_without_the_server(module, text):
    assert module("emergency", "m.alarm(a[0])", text) > 0


@pytest.mark.parametrize("text", ["can a pcso come quick, he's got a knife", "what do i do shes not breathing", "HELP",
                                  "hes following me home", "can you call 999"])
def test_named_danger_is_noticed_also_within_a_question(module, text):
    assert module("emergency", "m.alarm(a[0])", text) == 2


@pytest.mark.parametrize("text", ["What does a PCSO do?", "How do I become a PCSO?", "who is my local pcso", "are you recruiting",
                                  "What is the pay?",
                                  "hello", "thanks", "And in Dorset?", "What uniform do they wear?", "beth mae swyddog yn ei wneud?"])
def test_ordinary_questions_are_not(module, text):
    assert module("emergency", "m.alarm(a[0])", text) == 0


@pytest.mark.parametrize("address,allowed", [
    ("https://x.test", True), ("http://x.test", True), ("tel:999", True), ("mailto:a@b.uk", True), ("javascript:alert(1)", False),
    (" javascript:alert(1)", False), ("JAVASCRIPT:alert(1)", False), ("java\nscript:alert(1)", False), ("data:text/html,x", False),
    ("blob:https://x", False),
    ("file:///etc/passwd", False), ("vbscript:x", False), ("//x.test", False), ("", False), ("x", False), ("sms:999", False)])
def test_addresses(module, address, allowed):
    assert bool(module("text", "m.safeAddress(a[0])", address)) is allowed


def test_ids_are_random_uuids(module):
    """The door lets only a random UUID open a conversation that a repeat finds again (door/tokens.py)."""
    ids = module("dom", "Array.from({length: 500}, m.newId)")
    assert len(set(ids)) == 500
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in ids)


def test_contrast_is_that_of_wcag(module):
    assert module("colour", "m.contrast([255,255,255],[0,0,0])") == 21
    assert abs(module("colour", "m.contrast([119,119,119],[255,255,255])") - 4.48) < 0.01
