"""No page and no operation asks the database more often because there is more in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anning.domains.calls.services import joint
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.importing.models import Reject
from anning.kernel.places.models import PlaceName, Site
from anning.kernel.search.services import index
from anning.kernel.work.models import Alert, Share
from anning.kernel.work.services import files
from anning.kernel.work.services.items import note
from anning.kernel.work.services.links import propose
from anning.kernel.work.services.tasks import send
from tests import factories
from tests.contracts import api_tries, tries
from tests.contracts.walking import WEST, County
from tests.factories import NOW

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 40
MOST = 40
"""Queries the most burdened page may make; what the longest is now stands in the closing table."""
ROLES = ("supervisor", "unit", "auditor")
Ask = Callable[[], HttpResponseBase]


def grow(county: County, first: int, last: int) -> None:
    """Bring the county from `first` to `last` of everything that is listed, and of all that hangs on one item."""
    chief, busy, matter = factories.viewer("supervisor"), county.fresh("busy"), county.fresh("matter")
    for n in range(first, last):
        at = NOW + timedelta(minutes=n)
        point = {"lon": WEST[county.code] + n / 1000, "lat": 29.4}
        given = {"received_at": at, "caller_name": "王某", "address": f"{county.mark} {n}", **point}
        more = take_call(chief, Intake(source_key=f"m{n}", category="public", **given), now=at)[0].item
        take_call(chief, Intake(source_key=f"l{n}", category="life", **given), now=at)
        take_call(chief, Intake(source_key=f"j{n}", category="public", join=busy.number, **given), now=at)
        unit = factories.unit(factories.agency(f"force{n}"), area_code=f"{county.code}001")
        factories.on_duty(factories.user("unit", county.code, unit.agency, unit), unit.agency, unit)
        send(busy, unit, NOW)
        joint.ask(chief, busy.number, [unit.agency.code], f"{county.mark} task {n}", version=None)
        propose("same_event", busy, more, 0.8, {"near": 1}, NOW)
        for item in (busy, matter):
            note(chief, item.number, f"remark {n}")
            files.attach(chief, item.number, f"{n}.txt", f"{county.mark} {n}".encode())
        Share.objects.create(item=matter, agency=unit.agency, at=NOW)
        for user in county.people.values():
            Alert.objects.create(user=user, item=more, cause=f"clock:{n}", at=NOW)
        Site.objects.create(code=f"s{n}", name=f"{county.mark} {n}", kind="k", area_code=county.code, **point)
        PlaceName.objects.create(name=f"名{n}", kind="k", area_code=county.code, **point)
        factories.area(f"{county.code}001{n:03d}", 4, 121.0, 121.5)
        Reject.objects.create(run=county.run, line=10 + n, raw={"a": "1"}, faults=[])
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


def test_a_page_makes_as_many_queries_for_forty_rows_as_for_five(counties, record_property) -> None:
    home, _away = counties
    grow(home, 0, FEW)
    few = counted(home)
    grow(home, FEW, MANY)
    many = counted(home)
    assert len(few) > 100
    grown = [
        f"{name}: {len(few[name])} → {len(many[name])}\n{_new(few[name], many[name])}"
        for name in few
        if len(many[name]) != len(few[name])
    ]
    assert not grown, "\n".join(grown)
    heavy = {name: len(found) for name, found in many.items() if len(found) > MOST}
    assert heavy == {}
    most = max(many, key=lambda name: len(many[name]))
    record_property("table", f"queries: {len(many)} pages and operations, at most {len(many[most])} ({most})")


def _new(few: list[str], many: list[str]) -> str:
    """The statement made most often beyond what few rows took, to tell where to look."""
    shapes = [sql[:160] for sql in many]
    return "   " + max(shapes, key=lambda shape: shapes.count(shape) - [sql[:160] for sql in few].count(shape))
