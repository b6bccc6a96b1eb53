"""A save is whole or not at all, is a commit by its author, and never runs into another one."""

import datetime as dt
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from tests.content.small_project import ADA, BEN, FILES, git

from door.content import repository, topics
from door.content.checks import Invalid, problems
from door.content.draft import Draft, Edit
from door.content.repository import GitTrouble

CHANGED = ["data/knowledge/national.yml", "data/nlu/powers_dogs.yml", "data/stories/rules.yml", "domain.yml"]


def teach(topic, text):
    return lambda files: topics.add_examples(files, topic, [text])


def content(project):
    return {path.relative_to(project).as_posix(): path.read_text("utf-8") for path in sorted(project.rglob("*"))
            if path.is_file() and ".git" not in path.parts}


NEW = topics.NewTopic("powers_dogs", ["do they have dogs", "is there a dog", "dogs", "police dog with pcso", "whose dog is it"],
                      "Dogs", "Do PCSOs have dogs?", "No, PCSOs do not have dogs.", ["act"], dt.date(2026, 1, 5))


def kill_at(step, project, state):
    """A process of its own saves a topic (four files in one go) and is killed, as by a power cut, when it has come to `step`."""
    child = os.fork()
    if child == 0:
        try:
            Draft(project, state, step=lambda reached: reached == step and os.kill(os.getpid(), signal.SIGKILL)).change(
                lambda files: topics.new_topic(files, NEW), ADA)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_save_is_one_commit_of_just_its_files_by_its_author(draft, project):
    (project / "README.md").write_text("not saved yet")
    git(project, "add", "README.md")
    saved = draft.change(teach("powers_detain", "may i walk off"), ADA)
    assert git(project, "log", "-1", "--format=%an <%ae>|%cn|%s") == (
        "Ada Shah <a.shah@staff.invalid>|Ada Shah|powers_detain: 'may i walk off' taught")
    assert git(project, "show", "--name-only", "--format=", saved.commit) == "data/nlu/powers.yml"
    assert git(project, "status", "--porcelain") == "A  README.md"


def test_what_was_changed_by_hand_is_told_in_the_commit(draft, project):
    path = project / "data/nlu/powers.yml"
    path.write_text(path.read_text("utf-8") + "      - can you search a car\n", "utf-8")
    draft.change(teach("powers_detain", "may i walk off"), ADA)
    assert "changes made by hand" in git(project, "log", "-1", "--format=%b")
    assert "can you search a car" in path.read_text("utf-8")


def test_nothing_changed_is_no_commit(draft, project):
    before = git(project, "rev-parse", "HEAD")
    saved = draft.change(lambda files: Edit({"domain.yml": files.text("domain.yml")}, "nothing"), ADA)
    assert saved.commit == "" and git(project, "rev-parse", "HEAD") == before


def test_what_is_wrong_is_not_saved(draft, project):
    with pytest.raises(Invalid) as caught:
        draft.change(lambda files: Edit({"domain.yml": files.text("domain.yml") + "\nintents: []\n"}, "bad"), ADA)
    assert "domain.yml" in str(caught.value)
    assert content(project) == FILES


def test_somebody_elses_mistake_keeps_nobody_from_saving(draft, project):
    dorset = project / "data/knowledge/forces/dorset.yml"
    dorset.write_text(dorset.read_text("utf-8").replace("area: Dorset", "area: [Dorset"), "utf-8")
    assert problems(draft.look())
    draft.change(teach("powers_detain", "may i walk off"), ADA)
    assert "may i walk off" in (project / "data/nlu/powers.yml").read_text("utf-8")


@pytest.mark.parametrize("step",
                         ["staged", "journaled", "copied", "wrote 0", "wrote 1", "wrote 2", "wrote 3", "written", "committed", "done"])
def test_a_save_killed_at_any_step_is_whole_or_not_at_all(step, project, tmp_path):
    state = tmp_path / "state"
    kill_at(step, project, state)
    # Whenever it is read, a file is the old one (or none) or the new one, whole; until its turn comes the old one.
    written = int(step[-1]) + 1 if step.startswith("wrote") else 0 if step in ("staged", "journaled", "copied") else 4
    assert sum(text != FILES.get(name) for name, text in content(project).items() if name in {*FILES, *CHANGED}) == written
    after = Draft(project, state)
    assert after.recover() == []
    now = content(project)
    if step == "staged":
        assert now == FILES
        assert git(project, "rev-list", "--count", "HEAD") == "1"
    else:
        assert {name for name in now if now[name] != FILES.get(name)} == set(CHANGED)
        assert set(now) == {*FILES, *CHANGED}
        assert git(project, "log", "-1", "--format=%an|%s") == "Ada Shah|New topic powers_dogs: Dogs"
        assert git(project, "rev-list", "--count", "HEAD") == "2"
    assert git(project, "status", "--porcelain") == ""
    assert problems(after.look()) == []
    after.change(teach("powers_detain", "may i walk off"), BEN)


def test_a_file_changed_by_hand_before_the_recovery_keeps_its_change_and_ours_is_kept_beside(project, tmp_path):
    state = tmp_path / "state"
    kill_at("wrote 0", project, state)
    rules = project / "data/stories/rules.yml"
    rules.write_text(rules.read_text("utf-8") + "# by hand\n", "utf-8")
    notes = Draft(project, state).recover()
    assert len(notes) == 1 and "data/stories/rules.yml" in notes[0]
    assert rules.read_text("utf-8").endswith("# by hand\n")
    kept = Path(notes[0].rsplit(" ", 1)[1])
    assert "powers_dogs" in kept.read_text("utf-8")


def test_the_lock_that_our_killed_git_left_is_broken(project, tmp_path, monkeypatch):
    monkeypatch.setattr(repository, "BUSY_SECONDS", 0.3)
    state = tmp_path / "state"
    kill_at("written", project, state)
    (state / "journal" / "committing").touch()
    (project / ".git" / "index.lock").touch()
    Draft(project, state).recover()
    assert git(project, "log", "-1", "--format=%s") == "New topic powers_dogs: Dogs"


def test_with_gits_lock_held_by_others_the_save_waits_in_the_files_and_is_committed_later(draft, project, monkeypatch):
    monkeypatch.setattr(repository, "BUSY_SECONDS", 0.3)
    lock = project / ".git" / "index.lock"
    lock.touch()
    with pytest.raises(GitTrouble, match="Another program is using git"):
        draft.change(teach("powers_detain", "may i walk off"), ADA)
    lock.unlink()
    draft.change(teach("powers_detain", "may i go now"), BEN)
    assert git(project, "log", "-2", "--format=%an") == "Ben Jones\nAda Shah"


def test_many_saves_at_once_all_arrive(draft, project):
    trouble = []

    def save(number):
        try:
            Draft(project, draft.state).change(teach("powers_search", f"may they look at item {number}"), ADA)
        except Exception as error:  # told below, with its words
            trouble.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    text = (project / "data/nlu/powers.yml").read_text("utf-8")
    assert all(f"may they look at item {number}\n" in text for number in range(8))
    assert git(project, "rev-list", "--count", "HEAD") == "9"


def test_a_folder_without_git_becomes_a_repository_and_says_so(tmp_path, project):
    subprocess.run(["rm", "-rf", ".git"], cwd=project, check=True)
    saved = Draft(project, tmp_path / "state").change(teach("powers_detain", "may i walk off"), ADA)
    assert "no git repository" in saved.notes[0]
    assert git(project, "log", "-1", "--format=%an") == "Ada Shah"


def test_line_breaks_and_byte_order_mark_stay(draft, project):
    path = project / "data/nlu/powers.yml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    draft.change(teach("powers_detain", "may i walk off"), ADA)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf#") and b"- may i walk off\r\n" in data
    assert data.count(b"\n") == data.count(b"\r\n")


def test_the_one_who_asks_before_a_save_is_told_who_saves(project, tmp_path):
    told = []
    Draft(project, tmp_path / "state", before=told.append).change(teach("powers_detain", "may i walk off"), ADA)
    assert told == ["Ada Shah"]
