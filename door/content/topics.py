"""Topics and their examples: what there is, and the changes to it. Each change gives an `Edit` to be saved."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from door.content import nlu_text, words
from door.content.answers import NATIONAL_PLACE, entry
from door.content.contract_topics import FIXED_TOPICS
from door.content.draft import Changed, Edit, Refused
from door.content.nlu_text import Example
from door.content.snapshot import DOMAIN, EVALUATION, NATIONAL, NLU, RULES, Snapshot
from door.content.topic_labels import called
from door.content.yaml_text import Path, YamlText
from door.content.yaml_writing import Flow

# Fewer can't be told from its neighbours at all; the project's own have 25 and more.
FEWEST_EXAMPLES = 5
GOOD_NUMBER = 25
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
LONGEST_NAME = 40
# What a new topic is like where all others of its group are.
OF_A_GROUP = ("joining", "goes_stale")
QUESTION_ACTION = "action_answer"


class Topic(Struct, frozen=True):
    """A topic as it stands in the draft. `label` and `question` only where it has an answer of its own."""

    id: str
    group: str
    examples: int
    files: tuple[str, ...]
    label: str | None = None
    question: str | None = None

    @property
    def name(self) -> str:
        """What staff call it."""
        return called(self.id, self.label)

    @property
    def is_fixed(self) -> bool:
        """Whether its name has to stay: it is in the contract, or the actions know it."""
        return self.id in FIXED_TOPICS


class Found(Struct, frozen=True):
    """An example and where it stands."""

    text: str
    topic: str
    file: str
    line: int


class NewTopic(Struct, frozen=True):
    """What the form for a new topic gives, cleaned. `sources` are keys of national.yml, `new_sources` key → source."""

    id: str
    examples: list[str]
    label: str
    question: str
    text: str
    sources: list[str]
    checked: dt.date | None
    varies: bool = False
    review_by: dt.date | None = None
    new_sources: dict[str, dict[str, str]] = {}


def all_topics(snapshot: Snapshot) -> list[Topic]:
    """Every topic, in domain.yml's order."""
    examples, answers = snapshot.examples(), snapshot.yaml(NATIONAL).data["answers"]
    topics = []
    for topic in snapshot.topics():
        found = examples.get(topic, [])
        answer = answers.get(topic) or {}
        topics.append(Topic(topic, group_of(topic), len(found), tuple(dict.fromkeys(path for path, _ in found)),
                            answer.get("label"), answer.get("question")))
    return topics


def names(snapshot: Snapshot) -> dict[str, str]:
    """Topic → what staff call it."""
    return {topic.id: topic.name for topic in all_topics(snapshot)}


def groups(snapshot: Snapshot) -> list[str]:
    """The groups that a new topic can join: those with answers."""
    return list(dict.fromkeys(group_of(topic) for topic in snapshot.yaml(NATIONAL).data["answers"]))


def group_of(topic: str) -> str:
    """'powers_detain' → 'powers'."""
    return topic.split("_")[0]


def like_its_group(snapshot: Snapshot, topic: str) -> dict[str, bool]:
    """What all topics of its group are like, and so a new one is: 'recruitment_dogs' is about joining, too."""
    others = [answer for name, answer in snapshot.yaml(NATIONAL).data["answers"].items() if group_of(name) == group_of(topic)]
    return {key: True for key in OF_A_GROUP if others and all(answer.get(key) for answer in others)}


def goes_stale(snapshot: Snapshot, topic: str) -> bool:
    """Whether what is said on the topic, which may be a new one, needs the day to look again."""
    return bool((entry(snapshot, NATIONAL_PLACE, topic) or like_its_group(snapshot, topic)).get("goes_stale"))


def own_file(topic: str) -> str:
    """'powers_detain' → 'data/nlu/powers_detain.yml': where a topic's examples go, unless they stand in another file already."""
    return f"{NLU}/{topic}.yml"


def examples_of(snapshot: Snapshot, topic: str, containing: str = "") -> list[Found]:
    """The topic's examples, in the order of the files; only those with every word of `containing`."""
    wanted = containing.casefold().split()
    return [_found(path, example) for path, example in snapshot.examples().get(topic, [])
            if all(word in example.text.casefold() for word in wanted)]


def search(snapshot: Snapshot, containing: str, most: int = 200) -> list[Found]:
    """Examples of any topic with every word of `containing`."""
    wanted = containing.casefold().split()
    found = [_found(path, example) for entries in snapshot.examples().values() for path, example in entries
             if wanted and all(word in example.text.casefold() for word in wanted)]
    return found[:most]


def by_words(snapshot: Snapshot) -> dict[str, Found]:
    """What is said (`words.same`) → the first example that says it, under whatever topic.

    This goes through all examples, which takes a fifth of a second: a save makes it once for all its texts.
    """
    there: dict[str, Found] = {}
    for entries in snapshot.examples().values():
        for path, example in entries:
            there.setdefault(words.same(example.text), _found(path, example))
    return there


def must_be_new(there: dict[str, Found], topic: str, texts: list[str]) -> None:
    """Raises `Refused` where `there` (`by_words`) has one of the texts, which the topic is to be taught."""
    for text in texts:
        found = there.get(words.same(text))
        if found:
            raise Refused(f"'{text}' is an example already, of {found.topic} ({found.file}, line {found.line}). "
                          + ("Leave it out" if found.topic == topic else "Move it from there, or leave it out"), "examples")


def add_examples(snapshot: Snapshot, topic: str, texts: list[str]) -> Edit:
    """Teaches the topic what else people say. Raises `Refused`."""
    must_exist(snapshot, topic)
    texts = cleaned(texts)
    must_be_new(by_words(snapshot), topic, texts)
    return Edit(with_examples(snapshot, topic, texts),
                f"{topic}: {texts[0][:60]!r}" + (f" and {len(texts) - 1} more" if len(texts) > 1 else "") + " taught")


def delete_example(snapshot: Snapshot, topic: str, text: str) -> Edit:
    """Takes an example out. Raises `Changed` where it isn't there any more, and `Refused`."""
    places = _places(snapshot, topic, text)
    if len(snapshot.examples()[topic]) - sum(map(len, places.values())) < 1:
        raise Refused("A topic needs at least one example. Add another one first, or merge the topic into another one")
    nlu = snapshot.nlu()
    return Edit({path: nlu[path].remove(lines).text for path, lines in places.items()}, f"{topic}: {text[:60]!r} taken out")


def move_example(snapshot: Snapshot, topic: str, text: str, to: str) -> Edit:
    """Gives an example to another topic. Raises `Changed` and `Refused`."""
    must_exist(snapshot, to, "to")
    if to == topic:
        raise Refused("Choose another topic than the one it is in", "to")
    out = delete_example(snapshot, topic, text)
    return Edit({**out.changes, **with_examples(snapshot.with_changes(out.changes), to, [text])},
                f"{text[:60]!r}: {topic} → {to}")


def new_topic(snapshot: Snapshot, new: NewTopic) -> Edit:
    """A topic with examples and answer: examples, domain, rules and knowledge in one. Raises `Refused`."""
    _must_be_free(snapshot, new.id)
    texts = enough(new.examples)
    there = by_words(snapshot)
    for text in texts:
        found = there.get(words.same(text))
        if found:
            raise Refused(f"'{text}' is an example of {found.topic} already ({found.file}, line {found.line}). Leave it out here, "
                          "or move it afterwards", "examples")
    answer: dict[str, Any] = {"label": new.label, "question": new.question, "varies": new.varies, **like_its_group(snapshot, new.id),
                              "text": new.text, "sources": Flow(new.sources), "checked": new.checked}
    if new.review_by:
        answer["review_by"] = new.review_by
    if not new.sources:
        answer["unknown"] = True
    national = snapshot.yaml(NATIONAL)
    for key, source in new.new_sources.items():
        national = national.add(("sources", key), source)
    answers = list(national.data["answers"])
    national = national.add(("answers", new.id), answer, after=_last_of_group(answers, new.id))
    domain, rules = snapshot.yaml(DOMAIN), snapshot.yaml(RULES)
    intents = snapshot.intents()
    domain = domain.append(("intents",), new.id, after=intents.index(_last_of_group(intents, new.id)))
    place, listed = question_rule(rules)
    rules = rules.append(place, {"intent": new.id}, after=listed.index(_last_of_group(listed, new.id)))
    changes = {NATIONAL: national.text, DOMAIN: domain.text, RULES: rules.text}
    return Edit({**changes, **with_examples(snapshot, new.id, texts)}, f"New topic {new.id}: {new.label}")


def enough(texts: list[str]) -> list[str]:
    """The examples of a new topic as they will be kept. Raises `Refused`."""
    texts = cleaned(texts)
    if len(texts) < FEWEST_EXAMPLES:
        raise Refused(f"Give at least {FEWEST_EXAMPLES} examples, one on each line. {GOOD_NUMBER} are better", "examples")
    return texts


def with_examples(snapshot: Snapshot, topic: str, texts: list[str]) -> dict[str, str]:
    """Path → text of the file that has these examples of the topic besides."""
    counts = Counter(path for path, _ in snapshot.examples().get(topic, []))
    own = own_file(topic)
    # A project's files may hold several topics each: a topic that has a home stays there.
    path = own if own in counts or not counts else counts.most_common(1)[0][0]
    file = snapshot.nlu().get(path)
    if file is None or file.text == nlu_text.GONE_FILE:
        file = nlu_text.read(nlu_text.EMPTY_FILE)
    return {path: file.add(topic, texts).text}


def question_rule(rules: YamlText) -> tuple[Path, list[str]]:
    """Where the list of topics is that the look-up answers, and its topics. Raises `Refused`."""
    for index, rule in enumerate(rules.data["rules"]):
        steps = rule["steps"]
        if any(step.get("action") == QUESTION_ACTION for step in steps) and "or" in steps[0]:
            return ("rules", index, "steps", 0, "or"), [step["intent"] for step in steps[0]["or"]]
    raise Refused(f"There is no rule with a list of topics and '{QUESTION_ACTION}' in {RULES}. Bring it back by hand")


def check_name(topic: str) -> None:
    """Raises `Refused` where a topic can't be called this."""
    if not _NAME.fullmatch(topic) or len(topic) > LONGEST_NAME:
        raise Refused("A name has small letters, digits and underscores, such as powers_dogs, and at most "
                      f"{LONGEST_NAME} characters", "name")


def must_exist(snapshot: Snapshot, topic: str, field: str = "") -> None:
    """Raises `Refused` where there is no such topic, or none was chosen."""
    if not topic:
        raise Refused("Choose a topic", field)
    if topic not in snapshot.topics():
        raise Refused(f"There is no topic '{topic}' any more. Look at the list of topics", field)


def label_files(snapshot: Snapshot) -> list[str]:
    """The files of evaluation questions."""
    return [path for path in snapshot.files if path.startswith(f"{EVALUATION}/")]


def cleaned(texts: list[str], field: str = "examples", problem: Callable[[str], str | None] = words.example_problem) -> list[str]:
    """Texts as they will be kept, without empty ones. Raises `Refused` with the number of the line; `problem` says what can't be."""
    kept: list[str] = []
    said: set[str] = set()
    for number, text in enumerate(texts, start=1):
        example = words.scrubbed(text)
        if not example:
            continue
        wrong = problem(example)
        if wrong:
            raise Refused(f"Line {number}: {wrong}", field)
        if words.same(example) in said:
            raise Refused(f"Line {number}: '{example}' stands twice. Delete one", field)
        said.add(words.same(example))
        kept.append(example)
    if not kept:
        raise Refused("Write at least one, on a line of its own", field)
    return kept


def _must_be_free(snapshot: Snapshot, topic: str) -> None:
    check_name(topic)
    if topic in snapshot.intents():
        raise Refused(f"There is a topic '{topic}' already. Add the examples there, or choose another name", "name")


def _places(snapshot: Snapshot, topic: str, text: str) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for path, example in snapshot.examples().get(topic, []):
        if example.text == text:
            places.setdefault(path, set()).add(example.line)
    if not places:
        raise Changed(f"'{text}' isn't an example of {topic} any more: somebody else has moved or deleted it")
    return places


def _found(path: str, example: Example) -> Found:
    return Found(example.text, example.topic, path, example.line)


def _last_of_group(topics: list[str], new: str) -> str:
    relatives = [topic for topic in topics if group_of(topic) == group_of(new)]
    return (relatives or topics)[-1]
