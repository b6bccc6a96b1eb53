"""Every claim of both role documents can be asked for and is answered for the right force."""

import pytest
from ruamel.yaml import YAML

from processes.stack import ROOT

CLAIMS = YAML(typ="safe").load(ROOT / "data" / "evaluation" / "role_documents.yml")
CASES = [(claim, question) for claim in CLAIMS for question in claim["questions"]]


@pytest.mark.parametrize(("claim", "question"), CASES, ids=[question[:60] for _, question in CASES])
def test_claim(assistant, claim, question):
    replies = assistant.ask(question)
    topics = claim["topic"] if isinstance(claim["topic"], list) else [claim["topic"]]
    reply = next((reply for reply in replies if reply["custom"]["topic"] in topics), None)
    assert reply, f"answered {[reply['custom']['topic'] for reply in replies]}, expected {topics}"
    assert reply["custom"]["force"] == claim["force"]
    missing = [word for word in claim["keywords"] if word.lower() not in reply["text"].lower()]
    assert not missing, f"{missing} not in: {reply['text']}"
    assert reply["custom"]["sources"] and reply["custom"]["checked"]


def test_each_claim_has_two_questions():
    assert all(len(set(claim["questions"])) >= 2 for claim in CLAIMS)
