"""The page without JavaScript: asks, shows, escapes, keeps the text when something is wrong."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.door.harness import Door
from tests.door.rasa_on_the_wire import reply

HOSTILE = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>{{7*7}}</textarea></ol>'


class Seen(HTMLParser):
    """The page as a browser would take it: tags with attributes, fields, links, text."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.words += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [given for name, given in self.tags
                if name == tag and all(given.get(key) == value for key, value in attributes.items())]

    def field(self, name: str) -> str:
        return self.all("input", name=name)[0]["value"] or ""


async def submit(door: Door, page: Seen | None = None, **fields: str) -> tuple[Seen, int]:
    hidden = {name: page.field(name) for name in ("conversation", "nonce")} if page else {}
    answer = await door.client.post("/", data={**hidden, **fields})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    seen = Seen(answer.text)
    assert seen.open == []
    return seen, answer.status_code


async def first(door: Door) -> Seen:
    return Seen((await door.client.get("/")).text)


async def test_the_page_begins_with_999_and_has_its_landmarks(door: Door):
    page = await first(door)
    assert page.words.index("In an emergency always call 999") < page.words.index("Your question")
    assert page.all("a", href="tel:999") and page.all("html", lang="en-GB")
    assert [len(page.all(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
    assert page.all("label", **{"for": "message"}) and page.all("textarea", id="message")
    assert page.all("script") == [{"src": "/embed/page.js", "defer": None}, {"src": "/widget.js", "defer": None}]
    assert not page.all("style") and not [tag for tag in page.tags if "style" in tag[1]]
    assert page.all("main", id="pcso-chat")


async def test_a_question_is_answered_with_source_and_date_and_the_chat_goes_on(door: Door):
    page, status = await submit(door, await first(door), message="Can they\r\ndetain me?", do="ask")
    assert status == 200 and "You said: Can they\ndetain me?" in page.words
    assert "Police Reform Act 2002" in page.words and "UK Parliament" in page.words
    assert "Checked on 1 November 2026" in page.words
    assert page.all("a", href="https://www.legislation.gov.uk/ukpga/2002/30")
    page, _ = await submit(door, page, message="and in Dorset?")
    assert "You said: Can they\ndetain me?" in page.words and "You said: and in Dorset?" in page.words
    assert door.rasa.asked[0][0] == door.rasa.asked[1][0]


async def test_a_source_is_named_once_and_what_was_not_understood_is_not_rated(door: Door):
    source = {"title": "Police Reform Act 2002", "publisher": "UK Parliament", "url": "https://www.legislation.gov.uk/ukpga/2002/30"}
    door.rasa.replies = [reply("Call 999.", sources=[source, {**source, "title": "Another"}, source, {**source, "url": None}])]
    page, _ = await submit(door, await first(door), message="hello")
    assert len(page.all("a", href=source["url"])) == 2 and page.words.count("Police Reform Act 2002") == 1
    assert page.all("button", name="helped")
    door.rasa.replies = [reply("I'm not sure what you mean.", topic="unclear", scope="unknown", sources=[])]
    page, _ = await submit(door, page, message="blue carrots")
    assert "not sure what you mean" in page.words and not page.all("button", name="helped")


async def test_a_form_sent_twice_is_one_question(door: Door):
    start = await first(door)
    one, _ = await submit(door, start, message="hello")
    two, _ = await submit(door, start, message="hello")
    assert len(door.rasa.asked) == 1
    assert one.field("conversation").split(".")[0] == two.field("conversation").split(".")[0]
    again, _ = await submit(door, one, message="hello")  # the next form: asked anew
    assert len(door.rasa.asked) == 2 and again.words.count("You said: hello") == 2


async def test_going_back_and_asking_something_else_is_a_new_question(door: Door):
    start = await first(door)
    page, _ = await submit(door, start, message="hello")
    await submit(door, page, message="one")
    seen, status = await submit(door, page, message="two")
    assert status == 200 and "You said: one" in seen.words and "You said: two" in seen.words


async def test_quick_replies_are_buttons_that_keep_the_draft(door: Door):
    door.rasa.replies = [reply("Which force?") | {"buttons": [{"title": "Dorset", "payload": "In Dorset"}]}]
    page, _ = await submit(door, await first(door), message="pay?")
    assert page.all("button", name="say", value="In Dorset", form="ask")
    page, _ = await submit(door, page, message="my draft", say="In Dorset")
    assert door.rasa.asked[-1][1] == "In Dorset" and "my draft" in page.words


@pytest.mark.parametrize("where", ["question", "answer", "source", "button", "id", "token", "nonce", "error"])
async def test_nothing_that_anybody_wrote_becomes_markup(door: Door, where: str):
    fields = {"message": "hello"}
    if where == "question":
        fields["message"] = HOSTILE
    elif where == "error":
        fields["message"] = HOSTILE * 50
    elif where in ("token", "nonce"):
        fields["conversation" if where == "token" else "nonce"] = HOSTILE
    elif where == "id":
        fields["helped"] = HOSTILE
    else:
        source = {"title": HOSTILE, "publisher": HOSTILE, "url": 'https://x.example/"onmouseover="alert(1)'}
        door.rasa.replies = [reply(HOSTILE if where == "answer" else "hello", sources=[source])]
        if where == "button":
            door.rasa.replies[0]["buttons"] = [{"title": HOSTILE, "payload": HOSTILE}]
    page, _ = await submit(door, None, **fields)
    assert page.all("script") == [{"src": "/embed/page.js", "defer": None}, {"src": "/widget.js", "defer": None}]
    assert not page.all("img")
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert "49" not in page.words.replace("{{7*7}}", "")


async def test_only_web_addresses_become_links(door: Door):
    door.rasa.replies = [reply("See https://www.dorset.police.uk/pcso or javascript:alert(1) or www.x.example")]
    page, _ = await submit(door, None, message="hello")
    links = [attrs["href"] for attrs in page.all("a")]
    assert "https://www.dorset.police.uk/pcso" in links
    assert all(re.match(r"https?://|tel:|#", link) for link in links)


async def test_errors_are_said_beside_the_kept_text(door: Door):
    start = await first(door)
    long_text = "all about it " * 200
    page, status = await submit(door, start, message=long_text)
    assert status == 413 and long_text.strip() in page.words and "2,600 characters" in page.words
    assert page.all("textarea", **{"aria-invalid": "true"}) and page.words.strip().startswith("Error:")
    page, status = await submit(door, start, message="  ")
    assert status == 400 and "Your message is empty" in page.words
    page, status = await submit(door, None, message="my question", conversation="forged")
    assert status == 401 and "my question" in page.words and page.field("conversation") == ""
    page, status = await submit(door, None, message="x" * 200_000)
    assert status == 413 and "2,000 characters" in page.words


async def test_with_rasa_dead_the_text_and_the_chat_stay_and_can_be_sent_again(door: Door):
    page, _ = await submit(door, await first(door), message="hello")
    await door.rasa.stop()
    failed, status = await submit(door, page, message="my long question")
    assert status == 503 and "999" in failed.words and "my long question" in failed.words
    assert "You said: hello" in failed.words
    assert failed.field("nonce") == page.field("nonce")
    await door.rasa.start()
    page, status = await submit(door, failed, message="my long question")
    assert status == 200 and "You said: my long question" in page.words


async def test_an_emergency_offers_the_call(door: Door):
    page, _ = await submit(door, None, message="help he's got a knife")
    assert len(page.all("a", **{"class": "call", "href": "tel:999"})) == 1


async def test_an_answer_in_another_language_says_so(door: Door):
    door.rasa.replies = [reply("Ffoniwch 999", lang="cy")]
    page, _ = await submit(door, None, message="hello")
    assert page.all("p", lang="cy")


async def test_an_answer_can_be_rated_and_the_chat_deleted(door: Door):
    page, _ = await submit(door, await first(door), message="hello")
    [yes] = page.all("button", name="helped")
    rated, status = await submit(door, page, helped=yes["value"])
    assert status == 200 and "Thank you" in rated.words and not rated.all("button", name="helped")
    token = page.field("conversation")
    gone, _ = await submit(door, rated, do="forget")
    assert "has been deleted" in gone.words and gone.field("conversation") == ""
    assert (await door.read(token)).status_code == 401


async def test_a_rating_that_could_not_be_kept_is_not_thanked_for(door: Door):
    page, _ = await submit(door, await first(door), message="hello")
    rated, status = await submit(door, page, helped="an answer that was deleted")
    assert status == 200 and "couldn't be kept" in rated.words and "Thank you" not in rated.words and "You said: hello" in rated.words


async def test_a_program_that_posts_something_else_gets_a_problem(door: Door):
    answer = door.check(await door.client.post("/", json={"message": "hello"}))
    assert answer.status_code == 415
    many_fields = await door.client.post("/", data={f"f{n}": "x" for n in range(100)})
    assert many_fields.status_code == 400


async def test_the_page_answers_head(door: Door):
    assert (await door.client.head("/")).status_code == 200
