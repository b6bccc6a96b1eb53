"""What would change, from the answers of both releases and how they were judged."""

from __future__ import annotations

import msgspec
import pytest

from evaluation import questions
from evaluation.judging import Got, Judged
from evaluation.runs import Run
from releases import gate, job_process
from releases.answers import SEPARATOR, answered
from releases.jobs import Job
from releases.store import ANSWERS, REPORT, RUN, Check
from tests.releases.conftest import second

ASKED = """- text: can they fine me | or search me
  topic: powers_fines
- turns:
    - {text: "search | seize", topic: powers_search}
    - {text: and my bag, topic: powers_search}
"""


@pytest.fixture
def conversations(tmp_path):
    """Questions with the sign that separates turns in their keys."""
    folder = tmp_path / "evaluation"
    folder.mkdir()
    (folder / "few.yml").write_text(ASKED, "utf-8")
    return questions.load(folder=folder)


def test_who_was_right_is_known_of_each_turn_whatever_signs_are_in_it(store, first, content, tmp_path, conversations):
    candidate = second(store, content, tmp_path)
    asked = [question for conversation in conversations for question in conversation]
    for release, right in ((first, False), (candidate, True)):
        run = Run("2026-01-01T00:00:00Z", ["few.yml"], [], [Judged(question, Got(), {"topic": right}) for question in asked])
        store.add_check(release.id, Check(run=store.put(RUN, msgspec.json.encode(run)), report=store.put(REPORT, b"report"),
                                          answers=store.put(ANSWERS, b"{}")))
    texts = [asked[0].text, asked[1].text, SEPARATOR.join([asked[1].text, asked[2].text])]
    before, after = ({text: answered([{"text": said}]) for text in texts} for said in ("No.", "Yes."))
    (tmp_path / "kept.json").write_bytes(b"[]")
    work = job_process.Work(store, Job("j", "changes", "ada", "", "running", [], 0.0), tmp_path)
    job_process._keep_changes(work, candidate, first, conversations, (before, {}), (after, {}))
    found = gate.changes(store, candidate.id, first.id)
    assert [(change.text, change.right) for change in found.changes] == [(text, "now") for text in texts]
    assert found.asked == 3
