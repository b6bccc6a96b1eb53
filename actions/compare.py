"""Compares two forces on a topic: what each says, side by side, nothing concluded."""

from __future__ import annotations

import msgspec

from actions.thread import Question
from actions.turn import Turn
from knowledge import Force, Held, Knowledge, Reply, look_up
from knowledge.lookup import nothing_from
from knowledge.reply import compose

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
    said = _each(replies, forces)
    scopes = [reply.scope for reply in replies]
    if set(scopes) == {"unknown"}:
        general, *rest = look_up(knowledge, topic, None).held
        said += [msgspec.structs.replace(general, text=f"In general: {general.text}"), *rest]
    return compose("force_compare", [Held("force_compare", f"On {label}:"), *said], force=forces[0].id,
                   scope=min(scopes, key=("force", "national", "unknown").index))


def _each(replies: list[Reply], forces: list[Force]) -> list[Held]:
    """What each force says; once, where it is the same for all."""
    if all(reply.scope == "national" and reply.held == replies[0].held for reply in replies):
        general, *rest = replies[0].held
        names = f"{', '.join(force.name for force in forces[:-1])} and {forces[-1].name}"
        return [msgspec.structs.replace(general, text=f"It is the same for {names}. {general.text}"), *rest]
    return [_own(reply, force) for reply, force in zip(replies, forces, strict=True)]


def _own(reply: Reply, force: Force) -> Held:
    """The force's own statement, without what holds everywhere, which would stand there twice; for a force that has none, only that."""
    if reply.scope == "unknown":
        return Held(f"{force.id}:{reply.topic}", f"{force.name}: {nothing_from(force)}")  # only what is shown has its source shown
    own = [held for held in reply.held if held.force == force.id] or reply.held
    shown = compose(reply.topic, own, scope=reply.scope)
    return Held(own[0].key, f"{force.name}: {shown.text}", tuple(shown.sources), shown.checked)


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
