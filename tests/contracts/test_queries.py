"""No page and no operation asks the database more often because there is more in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anning.domains.calls.services import joint
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.places import selectors as places
from anning.kernel.search.services import index
from anning.kernel.work.models import Alert
from anning.kernel.work.selectors import clocks
from anning.kernel.work.services.links import propose
from tests import factories
from tests.contracts import api_tries, growing, tries
from tests.contracts.walking import WEST, County
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 40
MOST = 40
"""Queries the most burdened page may make; what the longest is now stands in the closing table."""
ROLES = ("supervisor", "unit", "auditor")
Ask = Callable[[], HttpResponseBase]


def grow(county: County, first: int, last: int) -> None:
    """Bring the county from `first` to `last` of everything listed, of all that hangs on an item, and of calls."""
    growing.grow(county, last - first)
    chief, busy = factories.viewer("supervisor"), county.fresh("busy")
    for n in range(first, last):
        at, agency = NOW + timedelta(minutes=n), factories.agency(f"force{n}")
        given = {"received_at": at, "caller_name": "王某", "address": f"{county.mark} {n}"}
        given |= {"lon": WEST[county.code] + n / 1000, "lat": 29.4}
        more = take_call(chief, Intake(source_key=f"m{n}", category="public", **given), now=at)[0].item
        take_call(chief, Intake(source_key=f"l{n}", category="life", **given), now=at)
        take_call(chief, Intake(source_key=f"j{n}", category="public", join=busy.number, **given), now=at)
        joint.ask(chief, busy.number, [agency.code], f"{county.mark} task {n}", version=None)
        propose("same_event", busy, more, 0.8, {"near": 1}, NOW)
        for user in county.people.values():
            Alert.objects.create(user=user, item=more, cause=f"clock:{n}", at=NOW)
    index()


def asked(county: County) -> Iterator[tuple[str, Ask]]:
    """What is looked at: each page and operation by each role it is for, and searches."""
    for role in ROLES:
        client, token = county.client(role), {"HTTP_AUTHORIZATION": f"Bearer {county.tokens[role]}"}
        for one in tries.pages(county):
            if one.method == "get" and role in one.may:
                yield f"{role} {one.path}", lambda c=client, p=one.path: c.get(p)
        for one in api_tries.operations(county):
            if one.method == "get" and role in one.may:
                yield f"{role} {one.path}", lambda p=one.path, t=token: Client().get(p, **t)
    chief = county.client("supervisor")
    for path in (f"/search?q={county.mark}", f"/work/incident/?q={county.mark}", "/work/incident/?area=330203"):
        yield f"supervisor {path}", lambda p=path: chief.get(p)


def counted(county: County) -> dict[str, list[str]]:
    """The statements each page makes, its caches warm."""
    found = {}
    for name, ask in asked(county):
        list(getattr(ask(), "streaming_content", ()))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(getattr(ask(), "streaming_content", ()))
        found[name] = [query["sql"] for query in queries.captured_queries]
    return found


def grown(few: dict[str, list[str]], many: dict[str, list[str]]) -> list[str]:
    """The pages that make more or fewer statements now, each with the one that was added most often."""
    return [
        f"{name}: {len(few[name])} → {len(many[name])}: {_added(few[name], many[name])}"
        for name in few
        if len(many[name]) != len(few[name])
    ]


def _added(few: list[str], many: list[str]) -> str:
    before, now = (Counter(re.sub(r"\s*'[^']*'|\d+", "?", sql)[:160] for sql in found) for found in (few, many))
    return max(now, key=lambda shape: now[shape] - before[shape])


def test_a_page_makes_as_many_queries_for_forty_rows_as_for_five(counties, monkeypatch, record_property) -> None:
    monkeypatch.setattr(places, "RECHECK_S", 1e9)  # what is looked up every few seconds is no matter of rows
    monkeypatch.setattr(clocks, "FRESH_S", 1e9)
    home, _away = counties
    grow(home, 0, FEW)
    few, had = counted(home), growing.counts()
    grow(home, FEW, MANY)
    many, have = counted(home), growing.counts()
    assert all(have[what] - had[what] >= MANY - FEW for what in had), "what did not grow proves nothing"
    assert len(few) > 100
    assert not grown(few, many), "\n".join(grown(few, many))
    assert {name: len(found) for name, found in many.items() if len(found) > MOST} == {}
    most = max(many, key=lambda name: len(many[name]))
    record_property("table", f"queries: {len(many)} pages and operations, at most {len(many[most])} ({most})")


def test_a_query_for_each_row_is_found() -> None:
    few, many = {"/list": ["SELECT a"] + ["SELECT b"] * 5}, {"/list": ["SELECT a"] + ["SELECT b"] * 40}
    assert grown(few, many) == ["/list: 6 → 41: SELECT b"]
    assert grown(few, few) == []
