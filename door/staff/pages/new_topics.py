"""A new topic in one form, renaming a topic, merging two, deleting one."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from door.api.problems import Problem
from door.content import answers, topic_names, topics, words
from door.content.answers import NATIONAL_PLACE
from door.content.draft import Refused
from door.content.topics import FEWEST_EXAMPLES, GOOD_NUMBER, NewTopic
from door.staff import advice, answer_forms
from door.staff.editing import NotSaved, save
from door.staff.guard import PATH, Editor
from door.staff.pages import topics as topic_page
from door.staff.visit import Visit

router = APIRouter()

AT = "/topics"


@router.get(AT + "/new")
async def show(visit: Editor) -> Response:
    """The empty form."""
    visit.need_force(None)
    return await form_with(visit, [])


async def form_with(visit: Visit, examples: list[str]) -> Response:
    """The form with these as its first examples: what was picked in the inbox."""
    return await _form(visit, values={"examples": "\n".join(examples), "checked": "", "chosen": []})


@router.post(AT + "/new")
async def add(visit: Editor) -> Response:
    """Makes the topic: examples, domain, rule and answer in one commit."""
    visit.need_force(None)
    form = visit.form
    look = await asyncio.to_thread(visit.parts.draft.look)
    known = await asyncio.to_thread(answers.sources, look, NATIONAL_PLACE)
    name = f"{form.text('group')}_{form.text('name').lower().replace(' ', '_')}"
    given = answer_forms.read(form, NATIONAL_PLACE, known, dt.date.today(), await asyncio.to_thread(topics.goes_stale, look, name))
    # In the order of the form, all at once.
    errors = {} if form.text("group") in topics.groups(look) else {"group": "Choose the group it belongs to"}
    if not form.text("name"):
        errors["name"] = "Enter a short name, such as dogs"
    elif "group" not in errors:
        errors |= _refused(topics.check_name, name)
    errors |= {field: given.errors[field] for field in ("label", "question") if field in given.errors}
    errors |= _refused(topics.enough, form.lines("examples")) | given.errors
    values = {**form.as_values(), "chosen": form.texts("sources")}
    if errors:
        return await _form(visit, errors=errors, values=values)
    fields = given.fields
    new = NewTopic(name, form.lines("examples"), fields.label or "", fields.question or "", fields.text, fields.sources, fields.checked,
                   bool(fields.varies), fields.review_by, given.new_sources)
    try:
        await save(visit, lambda files: topics.new_topic(files, new), "name")
    except NotSaved as error:
        return await _form(visit, errors=error.errors, values=values)
    await visit.audit("topic added", name, after=f"{fields.label}: {fields.text}")
    torn = await asyncio.to_thread(advice.conflicts, visit.parts, new.examples, name)
    warning = words.told_scrubbed(new.examples) + await asyncio.to_thread(advice.warning, visit.parts, torn)
    look = quote("\n".join(text for text, _ in torn[:advice.MOST_NAMED]))
    notice = f"The topic ‘{fields.label}’ is in the draft. Train and check it before you publish.{warning}"
    return await visit.redirect(f"{PATH}{AT}/{name}{f'?look={look}' if look else ''}", notice, warn=bool(warning),
                                action=f"{PATH}{AT}/{name}/delete-topic", label="Undo", fields={})


@router.post(AT + "/{topic}/delete-topic")
async def delete(visit: Editor, topic: str) -> Response:
    """Takes the whole topic out of the draft."""
    visit.need_force(None)
    names = await _must_exist(visit, topic)
    look = await asyncio.to_thread(visit.parts.draft.look)
    answer = await asyncio.to_thread(answers.entry, look, NATIONAL_PLACE, topic)
    try:
        await save(visit, lambda files: topic_names.delete(files, topic), "delete")
    except NotSaved as error:
        return await topic_page.with_errors(visit, topic, error.errors)
    await visit.audit("topic deleted", topic, before=f"{names[topic]}: {(answer or {}).get('text', '')}")
    return await visit.redirect(PATH + AT, f"‘{names[topic]}’ is taken out of the draft, with its examples and its answer.")


@router.get(AT + "/{topic}/rename")
async def ask_name(visit: Editor, topic: str) -> Response:
    """The form for another name."""
    return await _rename_form(visit, topic)


@router.post(AT + "/{topic}/rename")
async def rename(visit: Editor, topic: str) -> Response:
    """Gives the topic another name, everywhere."""
    visit.need_force(None)
    new = visit.form.text("name").lower()
    try:
        await save(visit, lambda files: topic_names.rename(files, topic, new), "name")
    except NotSaved as error:
        return await _rename_form(visit, topic, errors=error.errors, values=visit.form.as_values())
    await visit.audit("topic renamed", topic, before=topic, after=new)
    return await visit.redirect(f"{PATH}{AT}/{new}", f"{topic} is now called {new}, with its rule, answers and questions.")


@router.get(AT + "/{topic}/merge")
async def ask_merge(visit: Editor, topic: str) -> Response:
    """The form that asks what to merge it into; with ?into= what would be lost."""
    return await _merge_form(visit, topic, visit.request.query_params.get("into", ""))


@router.post(AT + "/{topic}/merge")
async def merge(visit: Editor, topic: str) -> Response:
    """Merges the topic into another one."""
    visit.need_force(None)
    into = visit.form.text("into")
    if visit.form.text("sure") != "yes":
        return await _merge_form(visit, topic, into, errors={"sure": "Tick that you have read what goes"} if into else
                                 {"into": "Choose a topic to merge it into"}, values=visit.form.as_values())
    names = await _must_exist(visit, topic)
    try:
        await save(visit, lambda files: topic_names.merge(files, topic, into), "into")
    except NotSaved as error:
        return await _merge_form(visit, topic, into, errors=error.errors, values=visit.form.as_values())
    await visit.audit("topics merged", topic, before=topic, after=into)
    return await visit.redirect(f"{PATH}{AT}/{into}", f"‘{names[topic]}’ is now part of ‘{names[into]}’.")


def _refused(check: Callable[[Any], object], given: object) -> dict[str, str]:
    """What is wrong with it: field → words."""
    try:
        check(given)
    except Refused as error:
        return {error.field: str(error)}
    return {}


async def _form(visit: Visit, **more: object) -> Response:
    look = await asyncio.to_thread(visit.parts.draft.look)
    known = await asyncio.to_thread(answers.sources, look, NATIONAL_PLACE)
    return await visit.render("topic_new.html", groups=await asyncio.to_thread(topics.groups, look), sources=known,
                              fewest=FEWEST_EXAMPLES, good=GOOD_NUMBER, today=dt.date.today(), **more)


async def _rename_form(visit: Visit, topic: str, **more: object) -> Response:
    visit.need_force(None)
    names = await _must_exist(visit, topic)
    return await visit.render("topic_rename.html", topic=topic, name=names[topic], **more)


async def _merge_form(visit: Visit, topic: str, into: str, **more: object) -> Response:
    visit.need_force(None)
    everything = await _must_exist(visit, topic)
    look = await asyncio.to_thread(visit.parts.draft.look)
    lost = await asyncio.to_thread(topic_names.lost, look, topic, into) if into in everything else []
    return await visit.render("topic_merge.html", topic=topic, name=everything[topic], into=into, lost=lost,
                              others={name: label for name, label in everything.items() if name != topic}, **more)


async def _must_exist(visit: Visit, topic: str) -> dict[str, str]:
    look = await asyncio.to_thread(visit.parts.draft.look)
    everything = await asyncio.to_thread(topics.names, look)
    if topic not in everything:
        raise Problem(404, "not_found", "There is no such topic.")
    return everything
