"""Renaming a topic, merging one into another and deleting one, with everything that carries its name."""

from __future__ import annotations

from typing import Any

from door.content import follow_ups, nlu_text, points, words
from door.content.contract_topics import FIXED_TOPICS
from door.content.draft import Edit, Refused
from door.content.snapshot import DOMAIN, NATIONAL, RULES, Snapshot
from door.content.topics import check_name, label_files, own_file, with_examples
from door.content.yaml_text import Path, YamlText
from door.content.yaml_writing import Flow
from knowledge import yaml_lines
from knowledge.schema import AFTER


def rename(snapshot: Snapshot, old: str, new: str) -> Edit:
    """Another name for a topic: examples, follow-ups, domain, rules, answers, points, forces' facts, evaluation questions.

    Raises `Refused`.
    """
    _must_be_ours(snapshot, old)
    check_name(new)
    if new in snapshot.intents():
        raise Refused(f"There is a topic '{new}' already. To make one of the two, merge them", "name")
    changes = {path: file.rename(old, new).text for path, file in snapshot.nlu().items()
               if any(block.topic == old for block in file.blocks)}
    there = snapshot.files.get(own_file(new))
    if _has_own_file(snapshot, old) and (there is None or there.text == nlu_text.GONE_FILE):
        changes |= {own_file(old): nlu_text.GONE_FILE, own_file(new): changes[own_file(old)]}
    domain, rules = snapshot.yaml(DOMAIN), snapshot.yaml(RULES)
    changes[DOMAIN] = domain.set(("intents", snapshot.intents().index(old)), new).text
    changes[RULES] = rules.set_words(_intents(rules.data, old), new).text
    for path, section in [(NATIONAL, "answers"), *((path, "facts") for path in snapshot.force_files().values())]:
        if old in snapshot.text(path) and snapshot.yaml(path).has((section, old)):
            changes[path] = _most_asked(snapshot.yaml(path).rename((section, old), new), old, new).text
    return Edit({**changes, **follow_ups.renamed(snapshot, old, new), **points.renamed(snapshot, old, new), **_labels(snapshot, old, new)},
                f"Topic {old} is now called {new}")


def merge(snapshot: Snapshot, source: str, target: str) -> Edit:
    """Makes `source` part of `target`: examples, follow-ups, points, its rule's place, forces' facts where `target` has none, labels.

    Its own answer goes, and forces' facts where `target` has one (`lost` names them); both stay in
    the history. Raises `Refused`.
    """
    _must_be_ours(snapshot, source)
    if target not in snapshot.topics() or target == source:
        raise Refused("Choose another topic to merge this one into", "into")
    changes = {}
    taken = {words.same(example.text) for _, example in snapshot.examples().get(target, [])}
    moving: list[str] = []
    for path, file in snapshot.nlu().items():
        if path == own_file(source) and _has_own_file(snapshot, source):
            moving = [example.text for example in file.examples if words.same(example.text) not in taken]
            changes[path] = nlu_text.GONE_FILE
        elif any(block.topic == source for block in file.blocks):
            twice = {example.line for example in file.examples if example.topic == source and words.same(example.text) in taken}
            changes[path] = (file.remove(twice) if twice else file).rename(source, target).text
    if moving:
        changes |= with_examples(snapshot.with_changes(changes), target, moving)
    changes |= _unlisted(snapshot, source)
    national = snapshot.yaml(NATIONAL)
    if national.has(("answers", source)):
        changes[NATIONAL] = _most_asked(national.delete(("answers", source)), source, target).text
    for path in snapshot.force_files().values():
        if source in snapshot.text(path) and snapshot.yaml(path).has(("facts", source)):
            file = snapshot.yaml(path)
            changed = file.delete(("facts", source)) if file.has(("facts", target)) or not national.has(("answers", target)) else \
                file.rename(("facts", source), target)
            changes[path] = changed.text
    return Edit({**changes, **follow_ups.merged(snapshot, source, target), **points.merged(snapshot, source, target),
                 **_labels(snapshot, source, target)},
                f"Topic {source} is merged into {target}")


def delete(snapshot: Snapshot, topic: str) -> Edit:
    """Takes a topic out: examples, follow-ups, its place among the rules, its answer, points, what forces say; all stay in the history.

    Raises `Refused`, also where something else leans on it: then it can be merged.
    """
    _must_be_ours(snapshot, topic)
    for path in label_files(snapshot):
        if topic in snapshot.text(path) and _places(snapshot.yaml(path).data, topic):
            raise Refused(f"Evaluation questions expect it ({path}). Merge it into another topic, and they go along", "delete")
    if any(AFTER + topic in snapshot.text(path) for path in (*snapshot.points(), *snapshot.phrases())):
        raise Refused("Other topics have a particular question on what was talked of before, and it was this. Merge it instead", "delete")
    changes = {**points.without_topic(snapshot, topic), **follow_ups.without_topic(snapshot, topic)}
    for path, file in snapshot.nlu().items():
        places = {example.line for example in file.examples if example.topic == topic}
        if places:
            gone = path == own_file(topic) and _has_own_file(snapshot, topic)
            changes[path] = nlu_text.GONE_FILE if gone else file.remove(places).text
    national = snapshot.yaml(NATIONAL)
    if national.has(("answers", topic)):
        changes[NATIONAL] = _most_asked(national.delete(("answers", topic)), topic, topic).text
    now = snapshot.with_changes(changes)
    for path in now.force_files().values():
        if topic in now.text(path) and now.yaml(path).has(("facts", topic)):
            changes[path] = now.yaml(path).delete(("facts", topic)).text
    return Edit({**changes, **_unlisted(snapshot, topic)}, f"Topic {topic} is deleted")


def lost(snapshot: Snapshot, source: str, target: str) -> list[tuple[str, str]]:
    """(where, text) of the answers that a merge would leave only in the history: 'national' or a force's id."""
    national = snapshot.yaml(NATIONAL)
    found = []
    if national.has(("answers", source)):
        found.append(("national", national.get(("answers", source, "text"))))
    for force, path in snapshot.force_files().items():
        if source not in snapshot.text(path):
            continue
        file = snapshot.yaml(path)
        if file.has(("facts", source)) and (file.has(("facts", target)) or not national.has(("answers", target))):
            found.append((force, file.get(("facts", source, "text"))))
    return found


def _must_be_ours(snapshot: Snapshot, topic: str) -> None:
    if topic in FIXED_TOPICS:
        raise Refused(f"This assistant, or others that use it, rely on the name '{topic}', so it has to stay. You can change its label "
                      "and its question", "name")
    if topic not in snapshot.intents():
        raise Refused(f"There is no topic '{topic}' any more. Look at the list of topics", "name")


def _unlisted(snapshot: Snapshot, topic: str) -> dict[str, str]:
    """Domain and rules without the topic."""
    domain, rules = snapshot.yaml(DOMAIN), snapshot.yaml(RULES)
    for place in reversed(_intents(rules.data, topic)):
        # ('rules', 1, 'steps', 0, 'or', 7, 'intent') → the list's item; a rule of its own goes whole.
        rules = rules.delete(place[:-1] if "or" in place else place[:2])
    return {DOMAIN: domain.delete(("intents", snapshot.intents().index(topic))).text, RULES: rules.text}


def _has_own_file(snapshot: Snapshot, topic: str) -> bool:
    """Whether there is a file of its name, with its examples and nothing else."""
    file = snapshot.nlu().get(own_file(topic))
    if file is None or file.odd:
        return False
    data, _ = yaml_lines.parse(snapshot.text(own_file(topic)))
    entries = data.get("nlu") if isinstance(data, dict) and set(data) <= {"version", "nlu"} else None
    return bool(entries) and all(entry.keys() == {"intent", "examples"} and entry["intent"] == topic for entry in entries)


def _most_asked(file: YamlText, old: str, new: str) -> YamlText:
    """`new` in the place of `old` among what most people come for, where it has an answer."""
    topics = file.data.get("most_asked") or []
    if old not in topics:
        return file
    left = dict.fromkeys(new if topic == old else topic for topic in topics)
    return file.set(("most_asked",), Flow(topic for topic in left if topic in file.data["answers"]))


def _labels(snapshot: Snapshot, old: str, new: str) -> dict[str, str]:
    changes = {}
    for path in label_files(snapshot):
        if old in snapshot.text(path):
            file = snapshot.yaml(path)
            changes[path] = _without_doubles(file.set_words(_places(file.data, old), new), new).text
    return changes


def _places(data: Any, topic: str, path: Path = (), names_topics: bool = False) -> list[Path]:
    """Where a question's expected topic is this one: values of `topic` and `topics`."""
    if isinstance(data, dict):
        return [place for key, value in data.items() for place in _places(value, topic, (*path, key), key in ("topic", "topics"))]
    if isinstance(data, list):
        return [place for index, value in enumerate(data) for place in _places(value, topic, (*path, index), names_topics)]
    return [path] if names_topics and data == topic else []


def _without_doubles(file: YamlText, topic: str) -> YamlText:
    """`topic: [a, a]`, where both were right before, becomes `topic: a`."""
    lists: dict[Path, int] = {}
    for place in _places(file.data, topic):
        if isinstance(place[-1], int) and place[-2] == "topic":
            lists[place[:-1]] = lists.get(place[:-1], 0) + 1
    for place, count in lists.items():
        if count > 1:
            left = list(dict.fromkeys(file.get(place)))
            file = file.set(place, left[0] if len(left) == 1 else Flow(left))
    return file


def _intents(data: Any, topic: str, path: Path = ()) -> list[Path]:
    if isinstance(data, dict):
        return [place for key, value in data.items()
                for place in ([(*path, key)] if key == "intent" and value == topic else _intents(value, topic, (*path, key)))]
    if isinstance(data, list):
        return [place for index, value in enumerate(data) for place in _intents(value, topic, (*path, index))]
    return []
