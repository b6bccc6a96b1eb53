"""Which questions may be read: decided once, by file and key."""

from __future__ import annotations

import pytest

from evaluation import halves, questions

DOCS = (questions.ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
KEYS = ("can they nick me", "whats the pay", "hes got a knife", "what about nights", "can i appeal", "is it free")


def asked(make, file):
    return [halves.may_be_read(make.question(text, file=file)) for text in KEYS]


def test_the_split_never_moves(make):
    assert asked(make, "voices.yml") == [False, False, False, False, False, True]
    assert asked(make, "latest.yml") == [False, True, False, False, True, False]


def test_it_goes_by_the_key(make):
    turns = [make.question("and at night?", file="fresh_conversations.yml", key=f"fresh_conversations.yml: {number} | and at night?")
             for number in range(40)]
    assert 10 < sum(map(halves.may_be_read, turns)) < 30


def test_of_some_files_nothing_may_be_read_and_of_others_all(make):
    assert not any(asked(make, "blind.yml")) and not any(asked(make, "visitors_conversations.yml"))
    assert all(asked(make, "role.yml"))


@pytest.mark.parametrize("name", sorted(halves.SPLIT | halves.UNREAD))
def test_every_file_is_there_and_docs_evaluation_tells_of_it(name):
    assert (questions.FOLDER / f"{name}.yml").exists() and f"`{name}.yml`" in DOCS
    assert not (name in halves.SPLIT and name in halves.UNREAD)
