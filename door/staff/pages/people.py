"""Accounts: who may sign in and do what. For administrators."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from door.api.edge import is_https
from door.api.problems import Problem
from door.staff.accounts import INVITATION_DAYS, NotPossible
from door.staff.guard import PATH, Administrator
from door.staff.pages import Link
from door.staff.roles import MEANINGS, ROLES, Account
from door.staff.visit import Visit

router = APIRouter()

AT = "/people"
LINK = Link("Accounts", PATH + AT, "administrator")


@router.get(AT)
async def show(visit: Administrator) -> Response:
    """Everybody, and the form for somebody new."""
    return await _page(visit)


@router.post(AT)
async def add(visit: Administrator) -> Response:
    """Makes an account and shows the link by which its owner chooses a password."""
    form, accounts = visit.form, visit.parts.accounts
    try:
        account = await asyncio.to_thread(accounts.add, form.text("name"), form.text("full_name"), form.text("role"),
                                          await _force(visit, form.text("force")))
    except NotPossible as error:
        return await _page(visit, {error.field: str(error)}, form.as_values())
    await visit.audit("account made", account.name, after=_words(account))
    return await _invite(visit, account)


@router.get(AT + "/{name}")
async def one(visit: Administrator, name: str) -> Response:
    """One account."""
    return await _one(visit, await _find(visit, name))


@router.post(AT + "/{name}")
async def change(visit: Administrator, name: str) -> Response:
    """Changes role, force, or whether it is closed."""
    account, form = await _find(visit, name), visit.form
    try:
        await asyncio.to_thread(visit.parts.accounts.change, name, role=form.text("role"), force=await _force(visit, form.text("force")),
                                closed="closed" in form)
    except NotPossible as error:
        return await _one(visit, account, {error.field: str(error)})
    changed = await _find(visit, name)
    await visit.audit("account changed", name, _words(account), _words(changed))
    return await visit.redirect(PATH + AT, f"Saved: {changed.full_name}.")


@router.post(AT + "/{name}/invite")
async def invite(visit: Administrator, name: str) -> Response:
    """A new link to choose a password; the old password works until it is used."""
    account = await _find(visit, name)
    if account.closed:
        return await _one(visit, account, {"closed": "This account is closed: open it first"})
    await visit.audit("invitation made", name)
    return await _invite(visit, account)


async def _invite(visit: Visit, account: Account) -> Response:
    secret = await asyncio.to_thread(visit.parts.accounts.invite, account.name)
    scheme = "https" if is_https(visit.request.scope, visit.parts.service.settings.trusted_proxies) else "http"
    link = f"{scheme}://{visit.request.url.netloc}{PATH}/welcome/{secret}"
    return await visit.render("invited.html", invited=account, link=link, days=INVITATION_DAYS)


async def _page(visit: Visit, errors: dict[str, str] | None = None, values: dict[str, str] | None = None) -> Response:
    everybody = await asyncio.to_thread(visit.parts.accounts.all)
    return await visit.render("people.html", errors=errors, values=values, everybody=everybody, roles=ROLES, meanings=MEANINGS,
                              forces=await asyncio.to_thread(visit.parts.force_names))


async def _one(visit: Visit, account: Account, errors: dict[str, str] | None = None) -> Response:
    return await visit.render("person.html", errors=errors, person=account, roles=ROLES, meanings=MEANINGS,
                              forces=await asyncio.to_thread(visit.parts.force_names),
                              values={"role": account.role, "force": account.force or "", "closed": account.closed})


async def _find(visit: Visit, name: str) -> Account:
    account = await asyncio.to_thread(visit.parts.accounts.find, name)
    if account is None:
        raise Problem(404, "not_found", "There is no such account.")
    return account


async def _force(visit: Visit, given: str) -> str | None:
    if given and given not in await asyncio.to_thread(visit.parts.force_names):
        raise NotPossible("Choose a force from the list, or none", "force")
    return given or None


def _words(account: Account) -> str:
    return (f"{account.full_name}: {account.role}" + (f", {account.force} only" if account.force else "")
            + (", closed" if account.closed else ""))
