"""bot/lean/training.py learns what Rasa does, only sooner."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.lean import training

ROOT = Path(__file__).resolve().parents[2]
SMALL_PROJECT = {
    "config.yml": """
        recipe: default.v1
        language: en
        assistant_id: small
        pipeline: [{name: WhitespaceTokenizer}, {name: KeywordIntentClassifier}]
        policies: [{name: RulePolicy}]
        """,
    "domain.yml": "intents: [greet, ask]\nresponses: {utter_greet: [{text: Hello}]}\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi there\n- intent: ask\n  examples: |\n    - may they\n",
    "data/rules.yml": "rules:\n- rule: greet\n  steps:\n  - intent: greet\n  - action: utter_greet\n",
}


def _examples(*texts: str, **more: Any) -> TrainingData:
    return TrainingData([Message({"text": text, "intent": "greet"}) for text in texts], **more)


@pytest.mark.parametrize("parts", [
    (TrainingData(), TrainingData()),
    (TrainingData(), _examples("hello", "hi")),
    (_examples("hello", "hi"), TrainingData(), TrainingData()),
    (_examples("hello"), _examples("hi", "hello"), _examples("hey")),
    (_examples("hello", entity_synonyms={"a": "b"}, regex_features=[{"name": "x", "pattern": "y"}]),
     _examples("hi", entity_synonyms={"c": "d"}, lookup_tables=[{"name": "z", "elements": ["w"]}])),
    (_examples("hello"), TrainingData(responses={"utter_x": [{"text": "y"}]})),
])
def test_examples_are_merged_as_rasa_merges_them(parts):
    rasas, ours = TrainingData.merge(*parts), training.merge(*parts)
    assert ours.fingerprint() == rasas.fingerprint() and ours.responses == rasas.responses
    assert [example.data for example in ours.training_examples] == [example.data for example in rasas.training_examples]


def test_doubles_are_left_out_as_rasa_does():
    def examples():
        return [Message({"text": "hi", "intent": " greet "}), Message({"intent": "greet", "text": "hi"}), Message({"text": "hi"}),
                Message({"text": "hi", "intent": "greet", "metadata": {"a": [1]}}), Message({"text": "hi", "metadata": {"a": [1]}}),
                Message({"metadata": {"a": [1]}, "text": "hi"}), Message({"text": "bye", "intent": "greet"})]

    rasas, ours = TrainingData.sanitize_examples(examples()), training.without_doubles(examples())
    assert [example.data for example in ours] == [example.data for example in rasas] and len(ours) == 5


def test_training_learns_what_rasas_own_does(tmp_path):
    for name, text in SMALL_PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text), "utf-8")
    learnt = []
    for name, module in (("rasas", "rasa"), ("ours", "bot")):
        subprocess.run([sys.executable, "-W", "ignore", "-m", module, "train", "--fixed-model-name", name, "--out", "models"],
                       cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}, check=True, capture_output=True)
        with tarfile.open(tmp_path / "models" / f"{name}.tar.gz") as archive:
            components = [member for member in archive if member.isfile() and "components" in member.name]
            learnt.append({member.name: archive.extractfile(member).read() for member in components if member.name.endswith(".json")})
    assert learnt[0] == learnt[1] and any(b"may they" in content for content in learnt[0].values())
