"""The report: complete, escaped, self-contained, and readable without seeing it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from evaluation import figures, page, runs
from evaluation.runs import Run

VOID = {"meta", "br", "path", "rect", "circle"}


class Outline(HTMLParser):
    """Checks that tags nest, and gathers ids, links and headings."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        self.headings += [tag] if re.fullmatch("h[1-6]", tag) else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Nothing opens."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def run(make):
    ranking = (("powers_arrest", 0.83), ("greet", 0.1))
    judged = [
        make.judged(make.question("can they nick me", topics=("powers_arrest",), tags=("angry",)), ranking=ranking),
        make.judged(make.question("<script>alert(1)</script>", topics=("greet",)), make.message("thanks", "<b>hi</b>"), ranking=ranking),
        make.judged(make.question("my house is on fire", emergency="yes")),
        make.judged(make.question("my feet are killing me"), make.alarm()),
        make.judged(make.question("i feel unsafe", emergency="maybe")),
    ]
    counted = figures.headlines(judged) + figures.information(judged)
    return Run("2026-11-21T10:00:00Z", ["powers.yml"], counted, judged, {"p50": 20.0})


def between(html: str, start: str, end: str) -> str:
    return html.split(f'id="{start}"')[1].split(f'id="{end}"')[0]


def test_the_page_is_sound_and_its_links_lead_somewhere(run):
    outline = Outline(page.render(run, None))
    assert outline.open == []
    assert {link.lstrip("#") for link in outline.links} <= set(outline.ids) | {"main"} and len(set(outline.ids)) == len(outline.ids)
    assert outline.headings[0] == "h1" and set(outline.headings[1:]) == {"h2"}


def test_nothing_is_loaded_from_anywhere(run):
    html = page.render(run, None)
    assert "default-src 'none'" in html
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(|@import", html)


def test_what_people_wrote_is_escaped(run):
    html = page.render(run, None)
    assert "&lt;script&gt;alert(1)" in html and "&lt;b&gt;hi" in html and "<b>hi" not in html


def test_pictures_and_tables_say_what_they_are(run):
    html = page.render(run, None)
    assert html.count('<svg') == html.count('role="img" aria-label=') == 2
    assert html.count("<table>") == html.count("<caption>")
    assert '<html lang="en-GB">' in html and 'class="skip"' in html


def test_emergencies_list_every_miss_and_false_alarm(run):
    part = between(page.render(run, None), "emergencies", "compared")
    assert "Missed (1)" in part and "my house is on fire" in part
    assert "False alarms (1)" in part and "my feet are killing me" in part
    assert "i feel unsafe" in part and "can they nick me" not in part


def test_topics_confusion_and_confidence_are_shown(run):
    html = page.render(run, None)
    assert "greet answered as thanks: 1 of 1" in between(html, "confusion", "confidence")
    assert "Expected calibration error: 0.330 over 2 questions" in between(html, "confidence", "files")
    assert "<td class=\"number\">1.00</td>" in between(html, "topics", "confusion")


def test_without_confidence_the_page_says_how_to_get_it(run, make):
    run.judged = [make.judged(make.question(topics=("greet",)))]
    assert "PCSO_DEBUG=1" in between(page.render(run, None), "confidence", "files")


def test_misses_stand_under_their_file_with_what_came(run):
    part = between(page.render(run, None), "misses", "apart")
    assert "powers.yml (3)" in part and "No, they can&#39;t." in part


def test_the_comparison_shows_then_and_now(run, make):
    assert "no earlier run" in between(page.render(run, None), "compared", "topics")
    earlier = Run("2026-11-20T10:00:00Z", ["powers.yml"], figures.headlines(run.judged[:1]),
                  [make.judged(run.judged[1].question, make.message("greet")), run.judged[0]])
    part = between(page.render(run, runs.compare(earlier, run.judged)), "compared", "topics")
    assert "0 better, 1 worse" in part and "What got worse (1)" in part and "<td>greet</td><td>thanks</td>" in part


def test_questions_that_are_training_examples_are_named(run):
    assert "No question is a training example too" in page.render(run, None)
    run.leaked = ["role.yml:216: when did pcsos start"]
    part = page.render(run, None).split('id="apart"')[1]
    assert "1 of the questions are training examples too" in part and "role.yml:216: when did pcsos start" in part


def test_the_page_is_written_where_it_was_asked_for(run, tmp_path):
    assert page.write(run, None, tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
