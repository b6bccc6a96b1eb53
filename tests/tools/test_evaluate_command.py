"""The whole command against a server that plays Rasa."""

from __future__ import annotations

import io
import json

import pytest

from evaluation import figures, questions, runs
from evaluation.figures import Figure
from tools.evaluate import __main__ as command
from tools.evaluate import running
from tools.evaluate.progress import Progress

QUESTIONS = """
- {text: can they arrest me, topic: powers_arrest}
- {text: how long can they hold me, topic: powers_detain}
- {text: he has a knife, emergency: true}
"""


@pytest.fixture
def asked(stand_in, make, monkeypatch, tmp_path):
    """A small folder of questions, and a Rasa that gets one of them wrong."""
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "small.yml").write_text(QUESTIONS, encoding="utf-8")
    stand_in.answers = {"can they arrest me": [make.message("powers_arrest")],
                        "how long can they hold me": [make.message("powers_arrest")], "he has a knife": [make.alarm()]}
    stand_in.rankings = {"can they arrest me": [{"name": "powers_arrest", "confidence": 0.9}]}
    monkeypatch.setenv("PCSO_RASA_URL", stand_in.url)
    monkeypatch.setattr(questions.load, "__defaults__", ((), folder))
    for function in (runs.save, runs.last):
        monkeypatch.setattr(function, "__defaults__", (tmp_path / "results",))
    return tmp_path / "results"


def test_it_asks_judges_prints_and_keeps(asked, capsys):
    assert command.main([]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[2] for line in printed.splitlines() if line.startswith("Right topic  ")] == ["1/2"]
    assert "expected powers_detain  |  got powers_arrest" in printed
    kept = json.loads(next(asked.glob("*.json")).read_text(encoding="utf-8"))
    assert [sum(item["aspects"].values()) for item in kept["judged"]] == [2, 1, 1]
    assert kept["judged"][0]["understood"]["ranking"] == [["powers_arrest", 0.9]]
    assert "powers_detain" in (asked / "report.html").read_text(encoding="utf-8")


def test_the_next_run_is_compared_with_it(asked, stand_in, make, capsys, monkeypatch):
    command.main([])
    stand_in.answers["how long can they hold me"] = [make.message("powers_detain")]
    monkeypatch.setattr(runs, "now", lambda: "2099-01-01T00:00:00Z")
    command.main([])
    assert "1 better, 0 worse, 0 still wrong" in capsys.readouterr().out


def test_against_names_the_run_to_compare_with(asked, capsys, tmp_path):
    assert command.main(["--against", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err


def test_floors_decide_the_exit_code(asked, monkeypatch, tmp_path, capsys):
    floors = tmp_path / "floors.json"
    monkeypatch.setattr(command, "FLOORS", floors)
    floors.write_text('{"topic": 0.5, "recall": 1.0}', encoding="utf-8")
    assert command.main(["--fail-under"]) == 0
    floors.write_text('{"topic": 0.6}', encoding="utf-8")
    assert command.main([]) == 0
    assert command.main(["--fail-under"]) == 1
    assert "Right topic: 50.0% is below the 60.0% that floors.json asks for." in capsys.readouterr().err


def test_a_floor_needs_a_figure_and_questions():
    found = [Figure("topic", "Right topic", 0, 0, 0.9), Figure("alarms_about", "False alarms", 3, 100, 0.02, at_most=True)]
    assert command.broken_floors(found, {"topic": 0.5})[0].startswith("Right topic: no question asks for it")
    assert command.broken_floors(found, {"topic": 0.5}, partial=True) == []
    assert "3.0% is above the 1.0%" in command.broken_floors(found, {"alarms_about": 0.01})[0]
    assert "no such figure" in command.broken_floors(found, {"tropic": 0.5})[0]


def test_the_projects_floors_name_figures_that_exist():
    assert set(json.loads(command.FLOORS.read_text(encoding="utf-8"))) == {figure.id for figure in figures.headlines([])}


def test_unknown_files_end_with_a_sentence(asked, capsys):
    assert command.main(["--only", "nonsense"]) == 1
    assert "No questions called nonsense" in capsys.readouterr().err


def test_a_model_is_needed_to_start_rasa(asked, monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("PCSO_RASA_URL")
    monkeypatch.setattr(running.stack, "MODEL", tmp_path / "none.tar.gz")
    assert command.main([]) == 1
    assert "make train" in capsys.readouterr().err


def test_questions_that_are_training_examples_are_told(asked, monkeypatch, capsys):
    monkeypatch.setattr(command.apart, "training_examples", lambda: ["Can they arrest me?"])
    command.main([])
    assert "1 of the questions are training examples too" in capsys.readouterr().out


def test_progress_is_a_line_each_tenth_where_no_terminal_is():
    stream = io.StringIO()
    with Progress("Asking", stream) as progress:
        for done in range(1, 101):
            progress(done, 100)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10 and lines[0].startswith("Asking 10/100")
