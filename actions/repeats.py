"""Nothing is said twice: what people were told a moment ago, and what is left of a reply without it (docs/decisions/0012)."""

from __future__ import annotations

from typing import Collection

import msgspec

from actions.places import is_name_of
from actions.thread import Question
from actions.turn import Turn, words_in
from knowledge import Force, Held, Knowledge, Reply
from knowledge.lookup import NOT_KNOWN, in_general, named_in, not_known_of, nothing_from, to_be_sure
from knowledge.reply import MORE, force_of, sentences
from knowledge.topics import named, parted

TELL_ME_MORE = {"title": "Tell me more", "payload": "Tell me more"}
ASK_THE_POLICE = "see Ask the Police (https://www.askthe.police.uk) or call your local force on 101"
ASK_RECRUITERS = "ask a force's recruitment team"


def without_what_was_said(knowledge: Knowledge, question: Question, turn: Turn, reply: Reply, said: Collection[str]) -> Reply:
    """The reply less the texts whose keys are in `said`; in short where that is all of them."""
    new = [held for held in reply.held if held.key not in said]
    if len(new) == len(reply.held):
        return reply
    if any(not held.is_more for held in new):
        return msgspec.structs.replace(reply, is_general=False).saying(new)
    if question.named and reply.force:
        told = turn.told
        if told and (told.topic, told.force, told.point) == (question.topic, reply.force, question.point):
            return nothing_more(knowledge, question, turn, reply)
        return _for_another_place(knowledge, question, turn, reply)
    told_last = turn.said and reply.held[0].key in turn.said[-1]
    return nothing_more(knowledge, question, turn, reply) if told_last else reply  # asked anew after something else


def nothing_more(knowledge: Knowledge, question: Question, turn: Turn, reply: Reply) -> Reply:
    """'Even kids?', 'so yes or no?', 'my wife is British, does that help' after the answer that `reply` gives.

    All of it once more would seem not to have heard: who to ask, where they only tell more of their case; the sentences on what is
    asked now, where there are any; the answer in short, where nothing new is asked; else that it isn't known.
    """
    where = who_knows_more(knowledge, reply.force, question.topic)
    answers, more = _answer(question, reply), f"For more, {where}."
    if turn.only_tells and not turn.asks_again:
        told = f"Thank you for telling me. I know only what holds in general. For your own case, {where}."
        return msgspec.structs.replace(reply.saying([], told), scope="unknown")
    on_it = _sentences_with(in_general(answers.text), turn.telling_words)
    known = words_in(" ".join(held.text for held in reply.held)).union(turn.told.words if turn.told else ())
    new = not turn.asks_the_same_of and turn.telling_words - known
    if turn.asks_yes_or_no or turn.asks_again or not on_it and not new and not _was_put_short(answers, turn):
        also = max(sentences(on_it), key=lambda sentence: len(words_in(sentence) & turn.telling_words)) if turn.asks_again else ""
        if any(held.is_more and all(held.key not in keys for keys in turn.said) for held in reply.held):
            return msgspec.structs.replace(in_short(question, reply, more, also), buttons=[*reply.buttons, TELL_ME_MORE])
        return msgspec.structs.replace(in_short(question, reply, f"I hold no more on that question. {more}", also), scope="unknown")
    if on_it:
        return msgspec.structs.replace(reply.saying([msgspec.structs.replace(answers, text=on_it)], f"I hold no more on that. {more}"),
                                       scope="unknown")
    return msgspec.structs.replace(reply.saying([], f"I'm sorry, I don't know that. {more}"), scope="unknown")


def in_short(question: Question, reply: Reply, closing: str, also: str = "") -> Reply:
    """The text that answers the question in a sentence or two, with that sentence of it on what is asked (`also`), and `closing`."""
    short = _in_short(_answer(question, reply), "In short:")
    return reply.saying([short if also in short.text else msgspec.structs.replace(short, text=f"{short.text} {also}")], closing)


def _was_put_short(answers: Held, turn: Turn) -> bool:
    return sum(answers.key in keys for keys in turn.said) > 1


def _sentences_with(text: str, words: Collection[str]) -> str:
    """The sentences of `text` that have any of `words`, but for the first, which was read most likely."""
    return " ".join(sentence for sentence in sentences(text)[1:] if words_in(sentence) & set(words))


def who_knows_more(knowledge: Knowledge, force_id: str | None, topic: str | None = None) -> str:
    """Where to ask about a topic, to stand behind 'for more, '."""
    force = knowledge.forces.get(force_id or "")
    if force:
        return f"ask {force.name} ({force.website})"
    return ASK_RECRUITERS if topic in knowledge.answers and knowledge.answers[topic].joining else ASK_THE_POLICE


def _for_another_place(knowledge: Knowledge, question: Question, turn: Turn, reply: Reply) -> Reply:
    """'And in Leeds?', where no more is held for Leeds. What was told last they still see, of what was before they hear a sentence."""
    force, answer = knowledge.forces[reply.force], _answer(question, reply)
    own = next((held for held in reply.held if held.force == force.id), None)
    if own and (question.point is None or own is answer):
        return reply.saying([_in_short(own, f"As I said of {force.name}:")], "")
    where = f"for {force.name}" if question.because_of is None or is_name_of(question.because_of.label, force) else "there"
    said_last = turn.said[-1] if turn.said else ()
    only_this = bool(said_last) and all(_topic_of(key) == question.topic for key in said_last)
    if only_this and not force.without_pcsos:
        return _what_was_told(force, where, reply, answer, of_others=bool(_named_before(knowledge, question, turn, answer) - {force.id}))
    if reply.admits == "not_known_of":
        return reply.saying([_in_short(reply.held[0])])
    if reply.admits == "nothing_from":
        return reply.saying([_in_short(answer, f"{nothing_from(force)} In general:")], to_be_sure(force))
    # What another force says of itself may be what was told last.
    particular = any(force_of(key) not in (None, force.id) for key in said_last)
    opening = f"For {force.name} I hold only what holds everywhere." if particular else f"It is the same {where}."
    return reply.saying([_in_short(answer, opening)])


def _named_before(knowledge: Knowledge, question: Question, turn: Turn, answer: Held) -> set[str]:
    """Ids of the forces that the answer told of when it was read, before a force was known."""
    point = knowledge.points.get(question.topic, {}).get(question.point or "")
    return named_in(knowledge, point.text if point and not (turn.told and turn.told.force) else answer.text)


def _what_was_told(force: Force, where: str, reply: Reply, answer: Held, of_others: bool) -> Reply:
    """What the answer that they still see is worth for `force`, without its texts, which are the sources. `of_others`: it tells of other
    forces."""
    if reply.admits == "not_known_of":
        known = f"{not_known_of(force)} What I said is of other forces."
    elif reply.admits == "nothing_from":
        general = "What I said of other forces may not hold there." if of_others else "What I said is what holds in general."
        known = f"{general} {nothing_from(force)}"
    elif of_others or NOT_KNOWN in answer.text or reply.scope == "unknown":
        known = f"I know no more {where} than I said."
    else:
        return msgspec.structs.replace(reply, text=f"What I said holds {where}, too.", held=(), closing="")
    return msgspec.structs.replace(reply, text=f"{known} {to_be_sure(force)}", held=(), closing="")


def _topic_of(key: str) -> str:
    """'powers_fines' of 'powers_fines/appeal' and 'powers_fines#more'; what a force says ('kent:powers_fines') is of no topic alone."""
    return parted(key)[0].removesuffix(MORE)


def _answer(question: Question, reply: Reply) -> Held:
    """The text that answers the question: that on its point, where there is one."""
    return next((held for held in reply.held if question.point and held.key == named(question.topic, question.point)),
                reply.held[0])


def _in_short(held: Held, opening: str = "") -> Held:
    short = msgspec.structs.replace(held, text=in_general(held.text)).in_short
    return msgspec.structs.replace(held, text=f"{opening} {short}".strip())
