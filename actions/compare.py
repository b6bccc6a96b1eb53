"""Compares two forces on a topic: what each says, side by side, nothing concluded."""

from __future__ import annotations

from actions.thread import Question
from actions.turn import Turn
from knowledge import Force, Knowledge, Reply, look_up
from knowledge.lookup import ASK_FOR_FORCE, IN_GENERAL

DEFAULT_TOPIC = "powers_overview"
MOST_FORCES = 3
CLEAR_SHARE = 0.4


def compare_forces(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """One message with a paragraph for each force; asks for forces where fewer than two are known."""
    topic = topic_of(knowledge, turn)
    forces = [knowledge.forces[force_id] for force_id in question.forces if force_id in knowledge.forces][:MOST_FORCES]
    label = knowledge.answers[topic].label
    label = label if label[:2].isupper() else label[0].lower() + label[1:]  # 'PCSO powers', 'pay and holidays'
    if len(forces) < 2:
        return Reply(text="Powers, pay and recruitment can differ between forces. Tell me two forces or towns to compare, for example "
                          f"'compare Derbyshire and Dorset on {label}'.", topic="force_compare", scope="national")
    replies = [look_up(knowledge, topic, force.id) for force in forces]
    paragraphs = [f"{force.name}: {_own(reply, force)}" for force, reply in zip(forces, replies)]
    scopes = [reply.scope for reply in replies]
    if set(scopes) == {"unknown"}:
        national = look_up(knowledge, topic, None)
        paragraphs.append(f"{IN_GENERAL} {national.text.removesuffix(ASK_FOR_FORCE).strip()}")
        replies = [national]
    else:
        replies = [reply for reply in replies if reply.scope != "unknown"]  # only what is shown has its source shown
    sources = [source for index, reply in enumerate(replies) for source in reply.sources
               if source not in [earlier for other in replies[:index] for earlier in other.sources]]
    dates = [reply.checked for reply in replies if reply.checked]
    return Reply(text=f"On {label}:\n\n" + "\n\n".join(paragraphs), topic="force_compare", force=forces[0].id,
                 scope=min(scopes, key=("force", "national", "unknown").index),
                 sources=sources, checked=min(dates) if dates and sources else None)


def _own(reply: Reply, force: Force) -> str:
    """The force's own statement, without the national text, which would stand there twice; for a force that has none, only that."""
    fact = force.facts.get(reply.topic)
    if fact and fact.adds:
        return fact.text
    return reply.text.split(f" {IN_GENERAL}")[0] if reply.scope == "unknown" else reply.text


def topic_of(knowledge: Knowledge, turn: Turn) -> str:
    """What to compare them on: the topic that the message names beside 'compare', else the thread's."""
    named = [asked.topic for asked in turn.asked if asked.topic in knowledge.answers]
    if len(named) == 1 and len(turn.asked) > 1:
        return named[0]
    topics = [] if turn.only_compares else [item for item in turn.ranking if item[0] in knowledge.answers]
    # 'Compare' takes nearly all of the ranking; what counts is how the rest is shared out.
    if topics and topics[0][1] >= CLEAR_SHARE * sum(confidence for _, confidence in topics):
        return topics[0][0]
    return turn.topic if turn.topic in knowledge.answers else DEFAULT_TOPIC
