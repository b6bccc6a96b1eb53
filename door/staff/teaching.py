"""From messages to examples: groups of alike ones, the topics they may mean, and what a click does. Everything blocks."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
import structlog
from msgspec import Struct

from door.content import follow_ups, words
from door.content import topics as content_topics
from door.content.draft import Changed, Edit
from door.content.snapshot import Snapshot
from door.staff import inbox
from door.staff.inbox import REASONS, Question
from door.staff.parts import Parts
from releases.store import Store, StoreError

log = structlog.get_logger()

# Different questions that are grouped: the encoder reads some 150 a second, once.
MOST_QUESTIONS = 300
CHOICES = 3
# No topics of their own that anybody would mean.
NO_CHOICE = frozenset({"unclear", "out_of_scope", "emergency"})


class Choice(Struct, frozen=True):
    """A topic that a card may mean. `confidence` is Rasa's; where it gave none, how alike the nearest example is."""

    topic: str
    label: str
    confidence: float
    from_examples: bool = False


class Card(Struct, frozen=True):
    """Alike questions: the one most asked first. `same` are those that say what it says; `answered` is what it was answered with."""

    questions: list[Question]
    same: list[Question]
    choices: list[Choice]
    answered: str | None

    @property
    def asked(self) -> int:
        """How often."""
        return sum(len(question.messages) for question in self.questions)

    @property
    def last(self) -> str:
        """When last."""
        return max(question.messages[0].at for question in self.questions)

    @property
    def reasons(self) -> list[str]:
        """Keys of `REASONS`."""
        found = {reason for question in self.questions for reason in question.reasons}
        return [reason for reason in REASONS if reason in found]


def cards(parts: Parts) -> list[Card]:
    """The inbox: what may have been an emergency, then the rest; most asked first."""
    # Danger is never one of those that are alike: what is pressed for the others would be taught of it, too.
    apart = sorted(_open(parts), key=lambda question: "danger" not in question.reasons)[:MOST_QUESTIONS]
    names = labels(parts) if apart else {}
    found = []
    for danger in (True, False):
        questions = [question for question in apart if ("danger" in question.reasons) == danger]
        groups = parts.understanding.groups([question.text for question in questions]) if questions else []
        found += [_card(parts, [questions[number] for number in group], names) for group in groups]
    return sorted(found, key=lambda card: ("danger" in card.reasons, card.asked, card.last), reverse=True)


def find(parts: Parts, digests: set[str]) -> list[Question]:
    """The open questions with these digests."""
    return [question for question in _open(parts) if inbox.digest(question.text) in digests]


class Lesson:
    """Messages that mean `topic`. `became`: each message's words → the example that they were made, where they weren't one."""

    def __init__(self, texts: list[str], topic: str):
        self.became: dict[str, str | None] = dict.fromkeys(texts)
        self._topic = topic

    def edit(self, snapshot: Snapshot) -> Edit:
        """The change to the draft. Raises `Refused`."""
        new = {words.same(example := words.scrubbed(text)): (text, example) for text in reversed(self.became)}
        there = content_topics.by_words(snapshot)
        for same, (text, example) in new.items():
            found = there.get(same)
            if found is None or found.topic != self._topic:  # of another topic: refused, with words that say where
                self.became[text] = example
        added = [example for example in self.became.values() if example]
        return content_topics.add_examples(snapshot, self._topic, added) if added else Edit({}, "")


def unlearn(rows: list[sa.Row]) -> Callable[[Snapshot], Edit]:
    """The change that takes a batch's examples out of the draft again."""
    taught = [(row.topic, row.example) for row in rows if row.example]

    def edit(snapshot: Snapshot) -> Edit:
        changes: dict[str, str] = {}
        for topic, example in taught:
            try:
                one = content_topics.delete_example(snapshot, topic, example)
            except Changed:
                continue  # somebody took it out already, which is what was wanted
            changes |= one.changes
            snapshot = snapshot.with_changes(one.changes)
        return Edit(changes, f"{taught[0][0]}: teaching of {len(taught)} undone" if taught else "")

    return edit


def labels(parts: Parts) -> dict[str, str]:
    """Topic → words for it, of all topics that a message can mean, by words."""
    found = {topic: name for topic, name in content_topics.names(parts.draft.look()).items() if topic != "unclear"}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def answered(parts: Parts) -> set[str]:
    """Topics that have an answer of their own, which can be edited."""
    return {topic.id for topic in content_topics.all_topics(parts.draft.look()) if topic.label}


def label(parts: Parts, topic: str) -> str:
    """Words for one topic."""
    return labels(parts).get(topic, topic)


def _open(parts: Parts) -> list[Question]:
    service = parts.service
    questions = inbox.open_questions(service.database, service.settings.retention_days, _learnt_at(parts.releases))
    snapshot = parts.draft.look()
    known = {words.same(example.text) for entries in snapshot.examples().values() for _, example in entries}
    after = follow_ups.taught(snapshot)

    def is_taught(question: Question) -> bool:
        text = words.same(words.example(question.text))
        return text in known or all(message.before and (message.before.topic, text) in after for message in question.messages)

    # Taught elsewhere (a new topic, by hand): what wasn't understood will be. What didn't help stays: it is the answer then.
    return [question for question in questions if {"unhelped", "corrected"} & set(question.reasons) or not is_taught(question)]


def _learnt_at(store: Store) -> str | None:
    """When the live model went live; a release of facts alone brings no other model."""
    try:
        for live in store.history():
            if store.get(live.release).kind != "knowledge":
                return live.at
    except (StoreError, OSError) as error:
        log.warning("staff.releases_unreadable", error=str(error))
    return None


def _card(parts: Parts, questions: list[Question], names: dict[str, str]) -> Card:
    questions = sorted(questions, key=lambda question: len(question.messages), reverse=True)
    sums: dict[str, list[float]] = {}
    readings = [message.ranking for question in questions for message in question.messages if message.ranking]
    for ranking in readings:
        for topic, confidence in ranking:
            sums.setdefault(topic, []).append(confidence)
    ranked = sorted(((topic, sum(found) / len(readings)) for topic, found in sums.items()), key=lambda pair: -pair[1])
    from_examples = not ranked
    if from_examples:
        ranked = parts.understanding.topics(questions[0].text, CHOICES + len(NO_CHOICE))
    choices = [Choice(topic, names[topic], confidence, from_examples) for topic, confidence in ranked
               if topic in names and topic not in NO_CHOICE][:CHOICES]
    first, *others = questions
    says_so = parts.understanding.same(first.text, [question.text for question in others])
    same = [first, *(question for question, is_so in zip(others, says_so, strict=True) if is_so)]
    return Card(questions, same, choices, first.messages[0].answered)
