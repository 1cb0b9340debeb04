"""Two counties with the same things in each, people of every role, and every address there is, filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from anning.domains.calls.models import Call, Category, Protocol, Route, Scenario
from anning.domains.calls.selectors import board, catalogue, demand, durations, proposals, protocols
from anning.domains.calls.services import joint, matters, merging, units
from anning.domains.calls.services.intake import Intake, take_call
from anning.domains.calls.services.reports import Word, tell
from anning.gateway.interfaces.cap.services import warning
from anning.gateway.interfaces.cap.services.warning import Warned
from anning.gateway.interfaces.models import Delivery, Subscription
from anning.kernel.access.scope import Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.contract import registry
from anning.kernel.contract.roles import ROLES
from anning.kernel.generic.services import open_work
from anning.kernel.importing.models import Run, RunState
from anning.kernel.importing.rejects import put_aside
from anning.kernel.org.models import Agency, Unit, User
from anning.kernel.org.services import make_token
from anning.kernel.places import selectors as places
from anning.kernel.places.models import PlaceName, Site
from anning.kernel.search.services import index
from anning.kernel.work.models import Item, Link, Share
from anning.kernel.work.services import files
from anning.kernel.work.services.items import Draft, act
from anning.kernel.work.services.links import propose
from tests import factories
from tests.factories import AWAY, HOME, NOW

BACKEND = "django.contrib.auth.backends.ModelBackend"
WEST = {HOME: 121.2, AWAY: 121.7}
MARKS = {HOME: "HOMEMARK", AWAY: "AWAYMARK"}
"""A word in the text of everything that is in a county and nowhere else."""


@dataclass
class County:
    """One county's things. `items` by what they are for: an incident at work, a waiting one, its newer twin, …"""

    code: str
    mark: str
    items: dict[str, Item] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    agency: Agency = None  # type: ignore[assignment]  # set by `county`
    partner: Agency = None  # type: ignore[assignment]  # set by `county`
    unit: Unit = None  # type: ignore[assignment]  # set by `county`
    free: Unit = None  # type: ignore[assignment]  # set by `county`
    link: Link = None  # type: ignore[assignment]  # set by `county`
    merged: Link = None  # type: ignore[assignment]  # set by `county`
    call: Call = None  # type: ignore[assignment]  # set by `county`
    run: Run = None  # type: ignore[assignment]  # set by `county`
    at_odds: UUID = None  # type: ignore[assignment]  # set by `county`
    warning: str = ""
    hook: Subscription = None  # type: ignore[assignment]  # set by `county`
    sent: Delivery = None  # type: ignore[assignment]  # set by `county`
    scenario: Scenario = None  # type: ignore[assignment]  # set by `county`
    sha256: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser signed in as the county's holder of `role`."""
        client = Client()
        client.force_login(self.people[role], backend=BACKEND)
        return client

    def fresh(self, name: str) -> Item:
        """One of the county's items as it is now."""
        return Item.objects.get(pk=self.items[name].pk)


def forget() -> None:
    """Drop what earlier tests left in the caches of the process."""
    for cached in (places, board, catalogue, demand, durations, proposals, protocols):
        cached.forget()


def two_counties() -> tuple[County, County]:
    """A city of two counties; the caches are told."""
    factories.city()
    Category.objects.create(code="public", name="治安", name_en="public order", level=1, handled_by="police")
    Category.objects.create(code="life", name="民生", name_en="livelihood", level=1, handled_by="livelihood")
    Protocol.objects.create(code="fight", name="打架", name_en="fight", tree={"start": "q", "questions": {}})
    forget()
    made = county(HOME), county(AWAY)
    index()
    return made


def county(code: str) -> County:
    """One county with an item for every occasion, and a person of every role."""
    made = County(code, MARKS[code])
    made.agency, made.partner = (
        Agency.objects.create(code=f"{kind}-{code}", name=f"{kind} {code}", kind=kind, area_code=code)
        for kind in ("police", "hotline")
    )
    made.unit, made.free = (factories.unit(made.agency, area_code=f"{code}001") for _ in range(2))
    for unit, word in ((made.unit, "A"), (made.free, "B")):
        unit.code, unit.lon, unit.lat = f"{word}-{made.mark}", WEST[code], 29.5
        unit.save()
    Route.objects.create(area_code=code, category="life", agency=made.partner)
    for role in ROLES:
        _person(made, role.code)
    _work(made)
    _registers(made)
    made.run = Run.objects.create(
        importer="calls",
        mapping="generic",
        file_name=f"{made.mark}.csv",
        state=RunState.DONE,
        started_at=NOW,
        finished_at=NOW,
        rejected=1,
        read=1,
        actor=made.people["supervisor"].username,
    )
    put_aside(made.run, [(2, {"title": made.mark}, [])], NOW)
    made.scenario = Scenario.objects.create(
        name=made.mark,
        query="period=month",
        result=kept_result(made.mark),
        areas=[code],
        made_by=made.people["supervisor"],
        made_at=NOW,
    )
    return made


def kept_result(unit: str) -> dict[str, Any]:
    """The figures of a kept replay, as the laboratory writes them."""
    known = {"value": 300.0, "low": 280.0, "high": 320.0}
    side = {"units": 2, "median_s": known, "ninth_s": known, "in_time": {"value": 0.9, "low": 0.8, "high": 0.95}}
    side["curve"] = {"values": [0.5, 0.9], "low": [0.4, 0.8], "high": [0.6, 1.0]}
    plain = {"since": "2026-02-01", "until": "2026-03-01", "service": "police", "incidents": 2, "target_s": 480.0}
    change = {"mean_s": known, "incidents": 2}
    return {**plain, "curve_min": [0, 5], "today": side, "proposed": side, "change": change, "unit": unit}


def _person(made: County, role: str) -> None:
    agency = made.partner if role == "partner" else made.agency
    in_unit = made.unit if role == "unit" else None
    user = made.people[role] = factories.user(role, made.code, agency, in_unit)
    made.tokens[role] = make_token(None, user, "walking")
    if role == "unit":
        factories.on_duty(user, made.agency, made.unit)


def _work(made: County) -> None:
    chief = factories.viewer("supervisor")
    for place, name in enumerate(("busy", "waiting", "twin", "shut", "stays", "goes", "matter", "routed", "handed")):
        at = NOW + timedelta(seconds=place)
        made.items[name] = take_call(
            chief,
            Intake(
                source_key=f"{made.mark}-{name}",
                category="life" if name in ("matter", "routed", "handed") else "public",
                received_at=at,
                lon=WEST[made.code] + place / 1000,
                lat=29.5,
                address=f"{made.mark} {name}",
                narrative=f"{made.mark} narrative",
                caller_name="王某",
                caller_phone="10012345678",
            ),
            now=at,
        )[0].item
    items = made.items
    made.items["joint"] = joint.ask(chief, items["busy"].number, [made.partner.code], made.mark, version=None)[0]
    made.items["road"] = open_work(
        chief, registry.kind("road_condition"), Draft(title=made.mark, lon=WEST[made.code], lat=29.5), {}
    )
    made.at_odds = _at_odds(made, chief)
    units.assign(chief, items["busy"].number, [made.unit.code], version=None)
    act(chief, items["shut"].number, "close", version=None, reason="over")
    for name in ("routed", "handed"):
        matters.route(chief, items[name].number, made.partner.code, version=None)
    act(chief, items["handed"].number, "accept", version=None)
    for item in items.values():
        Share.objects.get_or_create(item=item, agency=made.partner, defaults={"at": NOW})
    made.link = propose("same_event", items["twin"], items["waiting"], 0.9, {}, NOW)
    made.merged = merging.merge_into(chief, items["goes"].number, items["stays"].number, version=None, reason="one")
    Item.objects.filter(pk__in=[items["twin"].pk, items["stays"].pk]).update(priority=1)
    told = Warned(made.mark, made.mark, made.mark, made.mark, timezone.now() + timedelta(hours=1))
    made.warning = warning.issue(chief, items["stays"].number, told).identifier
    owner = made.people["supervisor"]
    until = timezone.now() + timedelta(days=9)
    url = f"https://8.8.8.8/{made.mark}"
    made.hook = Subscription.objects.create(owner=owner, url=url, secret="whsec_AA==", made_at=NOW, keep_until=until)
    made.sent = Delivery.objects.create(subscription=made.hook, event_id=1, made_at=NOW, status="sent")
    made.call = Call.objects.get(item=items["busy"])
    kept = [files.attach(chief, item.number, "notes.txt", made.mark.encode()) for item in items.values()]
    made.sha256 = kept[0].sha256


def _at_odds(made: County, chief: Viewer) -> UUID:
    """The id of a word of the county's crew that came after its unit was stood down."""
    number, code = made.items["shut"].number, made.unit.code
    units.assign(chief, number, [code], version=None)
    units.report(chief, number, code, "stand_down", reason="false alarm")
    return tell(viewer_of(made.people["unit"]), Word(uuid4(), number, "arrive")).key


def _registers(made: County) -> None:
    point = {"lon": WEST[made.code], "lat": 29.5, "area_code": f"{made.code}001"}
    site = Site.objects.create(code=f"site-{made.mark}", name=made.mark, kind="station", **point)
    name = PlaceName.objects.create(name=f"地名{made.code}", kind="park", **point)
    made.keys = {
        "units": made.unit.code,
        "agencies": made.agency.code,
        "sites": site.code,
        "areas": f"{made.code}001",
        "names": str(name.pk),
    }


@dataclass(frozen=True)
class Address:
    """One named pattern of the URLconf: its name with the namespace, its whole route, its parameters."""

    name: str
    route: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order of the route."""
        return tuple(re.findall(r"<(?:\w+:)?(\w+)>", self.route))


def addresses(resolver: URLResolver | None = None, before: str = "", space: str = "") -> Iterator[Address]:
    """Every pattern of the URLconf, included ones too."""
    for found in (resolver or get_resolver()).url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from addresses(found, route, space + (f"{found.namespace}:" if found.namespace else ""))
        elif isinstance(found, URLPattern):
            yield Address(f"{space}{found.name or found.callback.__name__}", route)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the API's document: method, path, description."""
    from anning.project.api import api

    paths = api.get_openapi_schema()["paths"]
    return [(method, path, one) for path, methods in paths.items() for method, one in methods.items()]


def kinds() -> list[str]:
    """The codes of every kind of work."""
    return [kind.code for kind in registry.kinds()]
