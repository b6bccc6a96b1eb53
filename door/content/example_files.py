"""Examples as files to take away and bring back: CSV for spreadsheets, YAML for Rasa."""

from __future__ import annotations

from door.content import nlu_text, topics, words
from door.content.draft import Edit
from door.content.snapshot import Snapshot
from door.content.tables import Import, Row, Trouble, cell, read_rows, write_rows
from knowledge import yaml_lines

COLUMNS = ("topic", "text")


def as_csv(snapshot: Snapshot) -> str:
    """Every example: topic, text."""
    return write_rows(COLUMNS, ((example.topic, example.text) for found in snapshot.examples().values() for _, example in found))


def as_yaml(snapshot: Snapshot) -> str:
    """Every example in Rasa's format, one entry a topic."""
    entries = [f"  - intent: {topic}\n    examples: |\n" + "".join(f"      - {example.text}\n" for _, example in found)
               for topic, found in snapshot.examples().items()]
    return nlu_text.EMPTY_FILE + "".join(entries)


def read_csv(snapshot: Snapshot, text: str) -> Import:
    """What a CSV file with columns topic and text would add."""
    rows, troubles = read_rows(text, COLUMNS)
    return _import(snapshot, rows, troubles)


def read_yaml(snapshot: Snapshot, text: str) -> Import:
    """What a YAML file in Rasa's format would add."""
    try:
        file = nlu_text.read(text.replace("\r\n", "\n"))
    except yaml_lines.BrokenYaml as error:
        return Import([], [Trouble(error.line, error.message)], 0)
    troubles = [Trouble(odd.line, f"'{odd.text[:60]}' is no example: each is a line that begins with '- ' below 'examples: |'")
                for odd in file.odd]
    if not file.examples and not troubles:
        troubles.append(Trouble(1, "there are no examples in this file. It needs 'nlu:' and entries with 'intent' and 'examples'"))
    return _import(snapshot, [Row(example.line, {"topic": example.topic, "text": example.text}) for example in file.examples], troubles)


def edit(snapshot: Snapshot, wanted: Import) -> Edit:
    """Adds what an import would add. Raises `draft.Refused` where the draft has changed meanwhile."""
    by_topic: dict[str, list[str]] = {}
    for row in wanted.rows:
        by_topic.setdefault(row.values["topic"], []).append(row.values["text"])
    changes: dict[str, str] = {}
    there = topics.by_words(snapshot)
    for topic, texts in by_topic.items():
        topics.must_exist(snapshot, topic)
        topics.must_be_new(there, topic, texts)
        changes |= topics.with_examples(snapshot.with_changes(changes), topic, texts)
    return Edit(changes, f"{len(wanted.rows)} examples imported")


def _import(snapshot: Snapshot, rows: list[Row], troubles: list[Trouble]) -> Import:
    known = set(snapshot.topics())
    there: dict[str, set[str]] = {}
    for topic, found in snapshot.examples().items():
        for _, example in found:
            there.setdefault(words.same(example.text), set()).add(topic)
    new, unchanged, seen, scrubbed = [], 0, {}, 0
    for row in rows:
        topic, text = words.line(row.values["topic"]), words.example(cell(row.values["text"]))
        # What is there stays as it is; what is new comes without personal data.
        kept = text if topic in there.get(words.same(text), ()) else words.scrubbed(text)
        scrubbed += kept != text
        text = kept
        said, problem = words.same(text), words.example_problem(text)
        if topic not in known:
            troubles.append(Trouble(row.line, f"there is no topic '{topic[:60]}'. Correct the name, or make the topic first"))
        elif problem:
            troubles.append(Trouble(row.line, problem))
        elif topic in there.get(said, ()):
            unchanged += 1
        elif said in there:
            troubles.append(Trouble(row.line, f"'{text[:60]}' is an example of '{min(there[said])}' already. "
                                              "Delete it here, or move it there"))
        elif said in seen:
            troubles.append(Trouble(row.line, f"'{text[:60]}' stands on line {seen[said]} already. Delete one"))
        else:
            seen[said] = row.line
            new.append(Row(row.line, {"topic": topic, "text": text}))
    return Import(new, sorted(troubles), unchanged, scrubbed)
