"""Splitting and drawing by themselves: texts that a test can't type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.fake_telegram.server import read_html

from door.telegram.drawing import draw
from door.telegram.letters import markup, payload_id
from door.telegram.splitting import LIMIT, length, split


@given(st.text(), st.integers(5, 200))
def test_parts_fit_and_lose_nothing_but_blanks(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_cut_is_at_a_paragraph_then_a_sentence_then_a_word_then_anywhere() -> None:
    assert split("One two. Three.\n\nFour five six.", 25) == ["One two. Three.", "Four five six."]
    assert split("One. Two three four five six seven.", 25) == ["One.", "Two three four five six", "seven."]
    assert split("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert split("👮👮👮", 4) == ["👮👮", "👮"]


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text(), st.booleans())
def test_whatever_the_texts_hold_telegram_can_read_the_page_and_shows_the_very_text(
        text: str, heading: str, title: str, emergency: bool) -> None:
    url = f"https://a.example/?{title}\"><b>"
    reply = {"text": text, "custom": {"emergency": emergency, "checked": "2026-11-21",
                                      "sources": [{"title": title, "publisher": "<i>", "url": url}]}}
    pages = draw(reply, heading)
    shown = [read_html(page.html)[0] for page in pages]
    assert shown == [page.plain.replace(f" {url}", "") for page in pages]  # in HTML the address is the title's link
    assert "".join("".join(shown).split()).startswith("".join(f"{heading}{text}".split()))
    assert all(length(page.plain) <= LIMIT for page in pages)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://resolve?domain=x", "data:text/html,x", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    reply = {"text": "T", "custom": {"sources": [{"title": "A title", "publisher": "Home Office", "url": url}]}}
    assert read_html(draw(reply)[0].html)[1] == []


def test_a_source_is_named_once() -> None:
    source = {"title": "A title", "publisher": "Home Office", "url": "https://a.example/"}
    reply = {"text": "T", "custom": {"sources": [source, {**source, "url": "https://a.example/b"}, source]}}
    assert draw(reply)[0].plain == "T\n\nSource: A title, Home Office https://a.example/"
    reply["custom"]["sources"].append({**source, "title": "Another"})
    assert draw(reply)[0].plain.count("A title") == 1 and "Another" in draw(reply)[0].plain


def test_a_footer_without_room_is_a_page_of_its_own() -> None:
    reply = {"text": "x" * LIMIT, "custom": {"checked": None, "sources": [{"title": "A title", "publisher": "Home Office"}]}}
    assert [page.plain[:8] for page in draw(reply)] == ["xxxxxxxx", "Source: "]


def test_button_data_is_short_whatever_the_payload() -> None:
    keyboard = markup([[("Label", f"q:{payload_id('very long ' * 500)}")]])
    assert len(keyboard.inline_keyboard[0][0].callback_data.encode()) <= 64
    assert markup([]) is None
