"""A running process takes up what changes in the files, if it is in order."""

from knowledge import LiveKnowledge

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
