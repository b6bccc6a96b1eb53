"""widget.js as a file: up to date, small, and without what a strict policy forbids."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from door.widget import bundle

FOLDER = Path(bundle.HERE)
# 15 KB of script, style and words together.
MOST_BYTES = 15_000


def test_widget_js_is_made_from_these_sources():
    assert bundle.is_current(), "run 'make widget'"


def test_it_weighs_at_most_15_kb():
    assert len(gzip.compress(bundle.BUILT.read_bytes(), 9)) <= MOST_BYTES


@pytest.mark.parametrize("forbidden",
                         [r"innerHTML", r"outerHTML", r"insertAdjacentHTML", r"document\.write", r"\beval\b", r"new Function", r"\.cookie",
                                       r'"style"', r"createElement\(\"style", r"http-equiv", r"localStorage\.", r"import\("])
def test_it_does_not_use(forbidden):
    assert not re.search(forbidden, bundle.BUILT.read_text("utf-8"))


def test_what_is_said_outside_the_widget_keeps_its_name():
    """Fields of the contract, attributes of the tag, what the browser keeps, attributes and events of nodes."""
    source = {path.stem: path.read_text("utf-8") for path in (FOLDER / "src").glob("*.js")}
    contract: set[str] = set()
    schema = (bundle.HERE.parents[1] / "tests" / "contract.schema.json").read_text("utf-8")
    json.loads(schema, object_hook=lambda part: contract.update(part.get("properties", ())) or {**part})
    typed = {name for kind in ("Config", "Tab") for name in re.findall(r"(\w+)\?:", re.search(
        rf"typedef \{{\{{(.*?)\}}\}} {kind}", "".join(source.values()))[1])}
    nodes = {name for props in re.findall(r'\bh\("\w+", \{(.*?)\}', "".join(source.values())) for name in re.findall(r"(\w+):", props)}
    assert {"from", "sources"} <= contract and {"leave", "draft"} <= typed and {"click", "error"} <= nodes
    assert not set(bundle.own_names()) & (contract | typed | nodes)


def test_every_source_file_is_in_the_bundle_and_short():
    files = {path.stem: path for path in (FOLDER / "src").glob("*.js")}
    assert set(files) == set(bundle.ORDER)
    for path in files.values():
        assert len(path.read_text("utf-8").splitlines()) < 400, path


def test_welsh_has_every_string_with_the_same_blanks():
    strings = json.loads((FOLDER / "strings.json").read_text("utf-8"))
    english, welsh = strings["en"], strings["cy"]
    assert list(english) == list(welsh)
    for key, text in english.items():
        assert type(text) is type(welsh[key]) and len(welsh[key]) > 0
        if isinstance(text, str):
            assert sorted(re.findall(r"\{.*?\}", text)) == sorted(re.findall(r"\{.*?\}", welsh[key])), key
        else:
            assert len(text) == len(welsh[key])


def test_every_string_is_used():
    code = "".join(path.read_text("utf-8") for path in (FOLDER / "src").glob("*.js"))
    strings = json.loads((FOLDER / "strings.json").read_text("utf-8"))["en"]
    assert [key for key in strings if not re.search(rf'["\.]{key}\b', code)] == []


def test_the_docs_name_every_attribute_and_nothing_else():
    config = re.search(r"@typedef \{\{(.*?)\}\} Config", (FOLDER / "src" / "chat.js").read_text("utf-8"))[1]
    known = set(re.findall(r"(\w+)\?:", config))
    docs = (bundle.HERE.parents[1] / "docs" / "embed.md").read_text("utf-8")
    assert set(re.findall(r"^\| `data-(\w+)` \|", docs, re.M)) == known
