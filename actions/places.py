"""Answers about places and forces: who covers what, which forces are known, 'I live in …'."""

from __future__ import annotations

from actions.thread import Question
from actions.turn import Turn
from knowledge import Force, Knowledge, Reply
from knowledge.lookup import website
from knowledge.reply import Held, compose, held
from knowledge.normalising import normalise
from knowledge.postcodes import is_postcode

MOST_BUTTONS = 6


def force_for_place(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """Which force covers the place that was named."""
    force = knowledge.forces.get(question.force or "")
    if force is None:
        return Reply(text="Tell me the name of the town, village or county, and I'll say which police force covers it. "
                          "Or call 101 (free): it connects you to your local force.", topic="force_for_place", scope="unknown")
    return Reply(text=covers(question, force), topic="force_for_place", force=force.id, scope="force",
                 sources=[website(force)], checked=_checked(force))


def set_force(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """Says which force is meant, and asks nothing else."""
    force = knowledge.forces.get(question.force or "")
    if force is None or not question.named:
        return Reply(text="Which town or police force do you mean? I know the 43 forces of England and Wales and the British "
                          "Transport Police, but I didn't recognise that name.", topic="set_force", scope="unknown")
    text = covers(question, force)
    if force.without_pcsos:
        text += f" {force.without_pcsos.text}"
    else:
        text += f" I'll answer for {force.name} from now on."
    return Reply(text=text, topic="set_force", force=force.id, scope="force", sources=[website(force)], checked=_checked(force))


def which_one(knowledge: Knowledge, question: Question) -> Reply:
    """A place in two forces: asks which, with a button for each."""
    place = question.ambiguous
    forces = [knowledge.forces[force_id] for force_id in place.forces if force_id in knowledge.forces]
    named = [f"{force.name}" for force in forces]
    listed = f"{', '.join(named[:-1])} or {named[-1]}" if len(named) > 1 else named[0]
    why = f"There is more than one place called {place.label}."
    if is_postcode(place.label):
        why = f"{place.label.upper()} may lie in the area of more than one force."
    return Reply(text=f"{why} Which police force do you mean: {listed}?",
                 topic=question.topic, scope="unknown",
                 buttons=[{"title": force.name, "payload": force.name} for force in forces[:MOST_BUTTONS]])


def force_list(knowledge: Knowledge, question: Question, turn: Turn) -> Reply:
    """All forces by nation, and what is known of those without PCSOs."""
    def names(nation: str) -> str:
        return ", ".join(sorted(force.name for force in knowledge.forces.values() if force.nation == nation))

    without = [held(knowledge, f"{force.id}:without_pcsos", force.without_pcsos)
               for force in knowledge.forces.values() if force.without_pcsos]
    known = (f"I know all 43 police forces of England and Wales, and the British Transport Police.\n\n"
             f"England: {names('england')}.\n\nWales: {names('wales')}.\n\nRailways: {names('both')}.")
    return compose("force_list", [Held("force_list", known), *without], scope="national")


def is_name_of(label: str, force: Force) -> bool:
    """Whether `label` is the force's own name, so that there is nothing to explain."""
    own = {normalise(name) for name in (force.name, force.area, force.id.replace("_", " "), *force.aliases)}
    return normalise(label) in own


def covers(question: Question, force: Force) -> str:
    """Which force has the place of the question, and that there are others of that name."""
    label = question.because_of.label if question.because_of else force.area
    if is_name_of(label, force):
        return f"That is {force.name}."
    return f"{label} is covered by {force.name}.{_namesakes(question, force)}"


def _namesakes(question: Question, force: Force) -> str:
    place = question.because_of
    if place is None or len(place.forces) < 2 or place.forces[0] != force.id:
        return ""
    if is_postcode(place.label):
        return ""
    return f" (There is more than one place called {place.label}: if you mean another, tell me its county.)"


def _checked(force: Force) -> str | None:
    """The oldest check of anything held on the force: its coverage was read with it."""
    dates = [fact.checked for fact in force.facts.values()]
    return min(dates).isoformat() if dates else None
