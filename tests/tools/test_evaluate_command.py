"""The whole command against a server that plays Rasa."""

from __future__ import annotations

import io
import json

import pytest

from tools.evaluate import __main__ as command
from tools.evaluate import asking, figures, questions, runs
from tools.evaluate.client import Client, RasaError
from tools.evaluate.figures import Figure
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
    monkeypatch.setattr(asking.stack, "MODEL", tmp_path / "none.tar.gz")
    assert command.main([]) == 1
    assert "make train" in capsys.readouterr().err


def test_a_conversation_has_one_sender_and_single_questions_fresh_ones(stand_in, make):
    conversation = [make.question(text, kind="conversation") for text in ("one", "two", "three")]
    asking.ask_all(Client(stand_in.url), [conversation, [make.question("four")], [make.question("five")]], {}, lambda *_: None)
    senders = {text: sender for sender, text in stand_in.received}
    assert senders["one"] == senders["two"] == senders["three"]
    assert len(set(senders.values())) == 3
    order = [text for _, text in stand_in.received if text in ("one", "two", "three")]
    assert order == ["one", "two", "three"]


def test_answers_come_in_the_order_of_the_questions(stand_in, make):
    asked = [[make.question(str(number))] for number in range(30)]
    counts = []
    found = asking.ask_all(Client(stand_in.url), asked, {}, lambda done, total: counts.append((done, total)))
    assert [item.question.text for item in found] == [str(number) for number in range(30)]
    assert counts[-1] == (30, 30)


@pytest.mark.parametrize("answer", [500, [], {"not": "a list"}, ["not", "objects"]])
def test_what_is_no_reply_is_a_miss_that_says_why(stand_in, make, answer):
    stand_in.answers["bad"] = answer
    found = asking.ask_all(Client(stand_in.url), [[make.question("bad", topics=("greet",))]], {}, lambda *_: None)
    assert found[0].got.error and not found[0].right


def test_nobody_there_ends_the_run_with_a_sentence(make, asked, stand_in, capsys, monkeypatch):
    stand_in.stop()
    with pytest.raises(RasaError, match="20 questions in a row had no answer"):
        asking.ask_all(Client(stand_in.url), [[make.question(str(number))] for number in range(40)], {}, lambda *_: None)


def test_questions_that_are_training_examples_are_told(asked, monkeypatch, capsys):
    monkeypatch.setattr(command.apart, "training_examples", lambda: ["Can they arrest me?"])
    command.main([])
    assert "1 of the questions are training examples too" in capsys.readouterr().out


def test_confidence_is_left_out_where_the_server_doesnt_tell(stand_in):
    assert Client(stand_in.url).understand("hello") is None
    stand_in.rankings = {"hello": [{"name": f"topic{number}", "confidence": 0.1} for number in range(10)]}
    assert len(Client(stand_in.url).understand("hello").ranking) == 5


def test_progress_is_a_line_each_tenth_where_no_terminal_is():
    stream = io.StringIO()
    with Progress("Asking", stream) as progress:
        for done in range(1, 101):
            progress(done, 100)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10 and lines[0].startswith("Asking 10/100")
