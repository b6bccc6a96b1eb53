"""A running process takes up what changes in the files, if it is in order."""

from knowledge import LiveKnowledge, load, yaml_lines

DORSET = "forces/dorset.yml"


def test_a_running_process_takes_good_changes_and_keeps_the_last_good_version(folder, change, monkeypatch):
    monkeypatch.setattr("knowledge.live.RELOAD_CHECK_SECONDS", 0)
    live = LiveKnowledge(folder)
    change(DORSET, "cannot stop and search you.", "cannot stop and search anybody.")
    assert "anybody" in live.get().forces["dorset"].facts["powers_search"].text
    change(DORSET, "area: Dorset", "area: [Dorset")
    assert "anybody" in live.get().forces["dorset"].facts["powers_search"].text
    assert live.problems and "dorset.yml:" in str(live.problems[0])
    change(DORSET, "area: [Dorset", "area: Dorset")
    live.get()
    assert live.problems == []


def test_an_edit_of_any_file_that_is_read_is_taken_up(folder, monkeypatch):
    monkeypatch.setattr("knowledge.live.RELOAD_CHECK_SECONDS", 0)
    read, real = [], yaml_lines.read
    monkeypatch.setattr(yaml_lines, "read", lambda path: read.append(path) or real(path))
    load(folder)
    assert sorted(path.name for path in read) == ["dorset.yml", "national.yml", "notes.yml", "powers.yml"]
    live = LiveKnowledge(folder)
    for path in list(read):
        text = path.read_text("utf-8")
        path.write_text(text + "a: [b", "utf-8")
        live.get()
        assert [problem.file for problem in live.problems] == [f"data/knowledge/{path.relative_to(folder)}"]
        path.write_text(text, "utf-8")
        live.get()
    (folder / "notes.yml").write_text("pl: Zadzwoń pod 999.\n", "utf-8")
    assert live.get().notes == {"pl": "Zadzwoń pod 999."} and live.problems == []


def test_a_file_that_cannot_be_read_leaves_the_last_good_version(folder, monkeypatch):
    monkeypatch.setattr("knowledge.live.RELOAD_CHECK_SECONDS", 0)
    live = LiveKnowledge(folder)
    (folder / DORSET).unlink()
    (folder / DORSET).mkdir()
    assert "cannot stop" in live.get().forces["dorset"].facts["powers_search"].text
    assert [str(problem) for problem in live.problems] == [
        f"data/knowledge/{DORSET}:1: this file can't be read (Is a directory). See what it is, and who may read it"]
