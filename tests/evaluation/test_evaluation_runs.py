"""What is kept of a run, which run is the last, and what changed."""

from __future__ import annotations

import pytest

from evaluation import chance, figures, runs
from evaluation.runs import Run


@pytest.fixture
def ask(make):
    """A judged question that was answered right or wrong."""
    def build(text, right, file="powers.yml"):
        return make.judged(make.question(text, file=file, topics=("powers_arrest",)),
                           make.message("powers_arrest" if right else "greet"), ranking=(("greet", 0.5),))
    return build


def a_run(judged, at="2026-11-21T10:00:00Z", files=("powers.yml",)):
    return Run(at, list(files), figures.headlines(judged), judged, {"p50": 20.0})


def test_a_run_is_kept_and_read_as_it_was(ask, tmp_path):
    run = a_run([ask("a", True), ask("b", False)])
    path = runs.save(run, tmp_path)
    assert path.name == "20261121T100000Z.json"
    again = runs.read(path)
    assert (again.judged, again.figures, again.latencies, again.path) == (run.judged, run.figures, run.latencies, str(path))


def test_the_last_run_is_the_newest_that_asked_the_same_files(ask, tmp_path):
    for hour, files in ((9, ["powers.yml", "role.yml"]), (10, ["powers.yml", "role.yml"]), (11, ["role.yml"])):
        runs.save(a_run([ask("a", True)], f"2026-11-21T{hour:02}:00:00Z", files), tmp_path)
    assert runs.last(["powers.yml"], tmp_path).at == "2026-11-21T10:00:00Z"
    assert runs.last(["role.yml"], tmp_path).at == "2026-11-21T11:00:00Z"
    assert runs.last(["duties.yml"], tmp_path) is None
    assert runs.last(["role.yml"], tmp_path / "nowhere") is None


def test_what_another_version_wrote_is_passed_over_but_refused_by_name(ask, tmp_path):
    runs.save(a_run([ask("a", True)]), tmp_path)
    broken = tmp_path / "20991231T000000Z.json"
    broken.write_text('{"at": 1}', encoding="utf-8")
    assert runs.last(["powers.yml"], tmp_path).at == "2026-11-21T10:00:00Z"
    with pytest.raises(runs.RunError, match="20991231.*--against"):
        runs.read(broken)


def test_better_worse_still_wrong_added_and_gone(ask):
    earlier = a_run([ask("better", False), ask("worse", True), ask("wrong", False), ask("right", True), ask("gone", True)])
    found = runs.compare(earlier, [ask("better", True), ask("worse", False), ask("wrong", False), ask("right", True),
                                   ask("added", False)])
    assert [(old.right, new.right, new.question.text) for old, new in found.better] == [(False, True, "better")]
    assert [(old.right, new.right, new.question.text) for old, new in found.worse] == [(True, False, "worse")]
    assert (found.still_wrong, found.added, found.gone) == (1, 1, 1)


def test_figures_move_by_what_changed_on_the_questions_of_both_runs(ask):
    earlier = a_run([ask("a", True), ask("b", False), ask("c", False), ask("gone", False)])
    found = runs.compare(earlier, [ask("a", True), ask("b", True), ask("c", False), ask("added", False)])
    assert found.points == {"topic": 33.33} and found.moved == {"topic": (1, 0)}
    back = runs.compare(earlier, [ask("a", False), ask("b", True), ask("c", False)])
    assert back.points == {} and back.moved == {"topic": (1, 1)}, "what came and what went is told, though the figure stood still"


@pytest.mark.parametrize("better, worse, by_chance", [
    (0, 0, True), (5, 0, True), (6, 0, False), (0, 6, False), (42, 37, True), (1, 8, False)])
def test_chance_explains_what_a_coin_could_do(better, worse, by_chance):
    assert chance.explains(better, worse) == by_chance


def test_files_that_one_run_left_out_are_not_compared(ask):
    earlier = a_run([ask("a", True), ask("b", True, "role.yml")], files=["powers.yml", "role.yml"])
    found = runs.compare(earlier, [ask("a", True)])
    assert (found.added, found.gone) == (0, 0)
    found = runs.compare(a_run([ask("a", True)]), [ask("a", True), ask("b", True, "role.yml")])
    assert (found.added, found.gone) == (0, 0)
