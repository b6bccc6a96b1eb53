"""The benchmark's arithmetic and its page; what it measures is no test."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from tools.bench import charts, growth, page, stock
from tools.bench.asking import Times
from tools.bench.charts import Line

TURN = {"p50": 10.0, "p95": 20.0, "p99": 30.0, "rate": 50.0, "processor ms": 8.0, "messages": 60}
RUN = {"at": "2026-11-21 12:00", "machine": "2 processors.", "beside": {
    "stock": "moodbot", "training": {"ours": 30.0, "stock": 60.0},
    "memory": {"ours, Rasa": 700.0, "ours, action server": 100.0, "stock": 1000.0},
    "start": {"ours": {"seconds": 10.0, "processor": 9.0}, "stock": {"seconds": 20.0, "processor": 19.0}},
    "people": [{"people": 1, "p50 ratio of each block": [0.1, 0.3], "ours": TURN, "stock": {**TURN, "p50": 50.0, "rate": 10.0}}]},
    "length": [{"x": 50, "p50": 10.0, "processor": 8.0}, {"x": 1000, "p50": 11.0, "processor": 10.0}],
    "workers": [{"x": 1, "rate": 50.0, "p50": 10.0, "busy processors": 1.0, "processor": 9.0},
                {"x": 2, "rate": 80.0, "p50": 11.0, "busy processors": 1.9, "processor": 9.0}]}


@pytest.mark.parametrize("percent, wanted", [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentiles_by_nearest_rank(percent, wanted):
    times = Times([number / 1000 for number in range(100, 0, -1)], 2.0)
    assert times.percentile(percent) == pytest.approx(wanted)
    assert times.rate == 50


def test_blocks_add_up():
    times = Times([0.1], 1.0)
    times += Times([0.3, 0.2], 3.0)
    assert len(times.trips) == 3 and times.whole == 4.0


def test_rows_compare():
    rows = {row[0]: row[1:] for row in page.beside(RUN["beside"])}
    assert rows["p50, 1 at once, ms"] == ["50.0", "10.0", "0.20", "≤ 0.2"]
    assert rows["messages a second, 1 at once"] == ["10.0", "50.0", "5.00", "≥ 5"]
    assert rows["memory of Rasa, MB"][2] == "0.70"
    assert rows["memory of the action server, MB"] == ["none", "100", "", ""]


def test_page_and_summary_say_the_same_and_hide_no_noise(tmp_path):
    page.write(RUN, tmp_path)
    html, summary = (tmp_path / "index.html").read_text(encoding="utf-8"), (tmp_path / "summary.md").read_text(encoding="utf-8")
    for words in ("from 0.10 to 0.30", "The last quarter against the first, by processor time: 1.25", "Two against one: 1.60 times",
                  "moodbot"):
        assert words in html and words in summary
    assert html.count("<svg") == 6 and "http" not in html.replace("http-equiv", ""), "nothing is loaded from elsewhere"
    assert "Stored conversations" not in html, "what was not measured is left out"


def test_pictures_are_drawn_from_nothing_upwards():
    picture = charts.lines("A <title>", "across", "up & up", [Line("one", [(0, 0), (10, 80)]), Line("two", [(0, 40), (10, 40)])])
    root = ElementTree.fromstring(picture)
    one, two = [[tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in root.iter("polyline")]
    bottom, top = charts.HEIGHT - charts.BOTTOM, charts.TOP
    assert one[0] == (charts.LEFT, bottom) and one[1][0] == charts.WIDTH - charts.RIGHT
    assert one[1][1] == pytest.approx(bottom - (bottom - top) * 0.8, abs=0.1), "the scale ends at 100"
    assert two[0][1] == two[1][1], "what is flat looks flat"


def test_examples_alternate_between_topics(tmp_path):
    (tmp_path / "nlu.yml").write_text('version: "3.1"\nnlu:\n- intent: a\n  examples: |\n    - one\n    - two\n- intent: b\n  examples: |\n'
                                      "    - three\n    - in [here](place)\n", encoding="utf-8")
    assert stock.examples(tmp_path) == ["one", "three", "two"]


def test_a_share_of_the_examples_is_spread_over_all_topics_and_no_more_can_be_had_than_there_are(tmp_path):
    path = tmp_path / "nlu.yml"
    own = growth._write_examples(path, None)
    topics = {entry["intent"] for entry in stock.yaml.load(path)["nlu"]}
    count = growth._write_examples(path, 2_000)
    entries = stock.yaml.load(path)["nlu"]
    texts = [line for entry in entries for line in entry["examples"].splitlines()]
    assert {entry["intent"] for entry in entries} == topics and len(texts) == count == pytest.approx(2_000, rel=0.05)
    assert len(set(texts)) == len(texts) and own > 2_000
    with pytest.raises(stock.BenchError, match="are asked for"):
        growth._write_examples(path, own + 1)


def test_stock_project_must_be_one_that_there_is(monkeypatch):
    monkeypatch.setenv("BENCH_STOCK", "other")
    with pytest.raises(stock.BenchError, match="moodbot or same-data"):
        stock.project()
