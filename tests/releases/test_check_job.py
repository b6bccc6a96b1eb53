"""Train and check from the button to a candidate, with the real processes (no training: only a fact differs)."""

from __future__ import annotations

import shutil
import time

import pytest

from processes.stack import MODEL
from releases import drafts, gate, jobs
from releases.jobs import Jobs, Kept
from releases.store import PROJECT, Store
from tests.releases.conftest import KENT

pytestmark = pytest.mark.slow

FEW = """- text: what force may a pcso use
  topic: powers_use_of_force
- text: somebody is breaking into my house right now
  emergency: true
"""
MOST_SECONDS = 900
NATIONAL = "data/knowledge/national.yml"


@pytest.fixture
def whole_content(tmp_path, monkeypatch):
    """All of the draft, with two questions as its evaluation."""
    folder = tmp_path / "content"
    shutil.copytree(PROJECT / "data", folder / "data", ignore=shutil.ignore_patterns("evaluation"))
    for name in ("config.yml", "domain.yml"):
        shutil.copy(PROJECT / name, folder / name)
    (folder / "data" / "evaluation").mkdir()
    (folder / "data" / "evaluation" / "few.yml").write_text(FEW, encoding="utf-8")
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    return folder


def test_a_changed_fact_becomes_a_candidate_whose_changes_are_told(tmp_path, whole_content):
    store = Store(tmp_path / "releases")
    first = drafts.make(store, whole_content, MODEL, drafts.MAKE_RUN, "files")
    store.publish(first.id, drafts.MAKE_RUN, "first")
    path = whole_content / NATIONAL
    text = path.read_text(encoding="utf-8")
    assert "Like anyone, they may use reasonable force" in text
    path.write_text(text.replace("Like anyone, they may use reasonable force", "Like anybody, they may use reasonable force"),
                    encoding="utf-8")
    it = Jobs(store)
    it.start("check", "ada", [[Kept(5, "may i be cuffed by a pcso in kent"), Kept(6, "and in dorset")]], "Like anybody")
    begun, opened = time.monotonic(), False
    while (job := it.current()).state == "running" and time.monotonic() - begun < MOST_SECONDS:
        if job.steps[0].ended and not opened:
            drafts.publish_knowledge(store, {KENT: lambda kent: kent + b"# open\n"}, "ben", "Recruitment of Kent: open")
            opened = True
        time.sleep(0.5)
    assert (job.state, job.error) == ("done", None), jobs.log_path(store).read_text()[-2000:]
    candidate, live = store.get(job.candidate), store.live_release()
    assert candidate.model == first.model and candidate.knowledge != first.knowledge
    assert [entry.reason for entry in gate.changed_since(store, candidate)] == ["Recruitment of Kent: open"], "opened after the copy"
    assert store.check_of(live) and store.check_of(candidate) and not (store.folder / "work" / job.id).exists()
    found = gate.changes(store, candidate.id, live.id)
    assert [(change.sort, change.text) for change in found.changes if change.text] == [("text", "what force may a pcso use")]
    assert "anybody" in found.changes[0].now.text and (found.asked, found.kept) == (2, 2)
    assert b"may i be cuffed" not in b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
