"""For tests of pages: a kind of work with nothing but a declaration, and clients signed in by role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import Client

from anning.kernel.contract import registry
from anning.kernel.contract.clocks import ClockRule
from anning.kernel.contract.kinds import CREATE, EDIT, EXPORT, IMPORT, LINK, VIEW, Field, Kind
from anning.kernel.contract.module import Module
from anning.kernel.contract.roles import ADMINISTRATOR, ANALYST, COMMAND, READERS, SUPERVISOR, roles
from anning.kernel.contract.states import State, StateTable, Transition
from anning.kernel.org.models import User
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import Draft, open_item
from tests import factories

WELL = Kind(
    code="well",
    title="well",
    plural="wells",
    prefix="WL",
    table=StateTable(
        states=(
            State("reported", "reported", tone="new"),
            State("covered", "covered", tone="active"),
            State("sealed", "sealed up", tone="done", final=True),
        ),
        transitions=(
            Transition(("reported",), "cover", "covered", "Cover it", COMMAND),
            Transition(("covered",), "seal", "sealed", "Seal it up", COMMAND, needs_reason=True),
            Transition(("sealed",), "reopen", "reported", "Open it again", roles(SUPERVISOR), needs_reason=True),
        ),
    ),
    may={
        VIEW: READERS,
        CREATE: COMMAND,
        EDIT: COMMAND,
        LINK: COMMAND,
        EXPORT: roles(SUPERVISOR, ANALYST),
        IMPORT: roles(SUPERVISOR, ADMINISTRATOR),
    },
    clocks=(
        ClockRule("cover", "time to cover", frozenset({"reported"}), frozenset({"covered"}), {1: 60, 2: 120, 3: 300}),
    ),
    detail="calls.Matter",
    fields=(Field("address", "address", in_search=True, in_filter=True), Field("outcome", "outcome", in_list=False)),
)
"""A kind nobody wrote a page, a URL or an API for; its particulars lie in a table that is there anyway."""
MODULE = Module(code="wells", title="Wells", kinds=(WELL,))
_CACHED = (registry.kind, registry.kind_by_prefix, registry.register)


@contextmanager
def declared(*modules: Module) -> Iterator[None]:
    """Let the registry know these modules beside the installed ones."""
    real = registry.modules
    found = (*real(), *modules)
    registry.modules = lambda: found  # type: ignore[assignment]  # put back below
    _forget()
    try:
        yield
    finally:
        registry.modules = real
        _forget()


def well(title: str = "open well by the road", area_code: str = f"{factories.HOME}001", **draft: object) -> Item:
    """An open well."""
    given = {"priority": 2, "opened_at": factories.NOW, **draft}
    return open_item(factories.viewer("dispatcher"), WELL, Draft(title=title, area_code=area_code, **given))


def browser(who: User) -> Client:
    """A client signed in as `who`."""
    client = Client()
    client.force_login(who)
    return client


def browser_of(role: str, area_code: str = "") -> Client:
    """A client signed in as somebody new with one role."""
    return browser(factories.user(role, area_code))


def _forget() -> None:
    for cached in _CACHED:
        cached.cache_clear()
