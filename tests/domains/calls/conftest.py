"""A small city of two counties: people of every role, units, a catalogue and a protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from django.test import Client

from anning.domains.calls.models import Category, Protocol, RelatedCategories, Route
from anning.domains.calls.selectors import board, catalogue, demand, durations, proposals, protocols
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.access.scope import Viewer
from anning.kernel.access.selectors import viewer_of
from anning.kernel.org.models import Agency, Capability, Duty, Membership, Unit, User
from anning.kernel.places import selectors as places
from anning.kernel.places.models import Area, City, PlaceName
from anning.kernel.work.models import Item

HAISHU, XIANGSHAN = "330203", "330225"
MOON_LAKE = (121.541, 29.868)
FIRST = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

TREE = {
    "code": "drowning",
    "start": "in",
    "questions": {
        "in": {
            "text": {"zh": "人还在水里吗？", "en": "Is the person still in the water?"},
            "answers": [
                {
                    "id": "yes",
                    "text": {"zh": "还在水里", "en": "Yes"},
                    "next": None,
                    "priority": 1,
                    "category": "help.water.drowning",
                    "flags": ["water"],
                    "capabilities": ["water-rescue"],
                    "advice": {"zh": "不要下水，抛漂浮物。", "en": "Throw something that floats."},
                },
                {"id": "no", "text": {"zh": "已上岸", "en": "No"}, "next": None, "priority": 2},
            ],
        }
    },
}


@dataclass
class World:
    """The people and things of the test city."""

    users: dict[str, User] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    taken: int = 0

    def viewer(self, name: str) -> Viewer:
        """Who `name` is to the platform now."""
        return viewer_of(self.users[name])

    def client(self, name: str) -> Client:
        """A browser signed in as `name`."""
        client = Client()
        client.force_login(self.users[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def call(self, who: str = "taker", **fields: object) -> Item:
        """Take a call as `who`; returns the item it opened or joined."""
        self.taken += 1
        plain = {
            "source_key": f"key-{self.taken}",
            "category": "public.fight",
            "received_at": FIRST + timedelta(seconds=self.taken),
            "lon": MOON_LAKE[0],
            "lat": MOON_LAKE[1],
            "address": "月湖景区西岸",
            "narrative": "有人打架",
        }
        call, _new = take_call(self.viewer(who), Intake(**{**plain, **fields}))  # type: ignore[arg-type]
        return call.item

    def unit(self, code: str) -> Unit:
        """A unit as it is now."""
        return Unit.objects.get(code=code)


def area(code: str, level: int, name: str, box: tuple[float, float, float, float], parent: Area | None) -> Area:
    shape = shapely.box(*box)
    return Area.objects.create(
        code=code,
        level=level,
        name=name,
        name_en=f"{name} en",
        parent=parent,
        shape=shapely.to_wkb(shape),
        lon=shape.centroid.x,
        lat=shape.centroid.y,
    )


def _places() -> None:
    City.objects.create(
        code="3302", name="宁波", name_en="Ningbo", time_zone="Asia/Shanghai", crs_epsg=4549, lon=121.5, lat=29.8
    )
    city = area("3302", 1, "宁波市", (121.0, 29.0, 122.5, 30.5), None)
    haishu = area(HAISHU, 2, "海曙区", (121.4, 29.7, 121.6, 29.95), city)
    area(XIANGSHAN, 2, "象山县", (121.7, 29.2, 122.2, 29.6), city)
    street = area("330203002", 3, "月湖街道", (121.52, 29.85, 121.58, 29.9), haishu)
    area("330203002001", 4, "平桥社区", (121.53, 29.86, 121.56, 29.88), street)
    PlaceName.objects.create(
        name="月湖公园", name_en="Moon Lake Park", kind="park", lon=121.541, lat=29.868, area_code=HAISHU
    )


def _catalogue() -> None:
    rows = [
        ("public", "治安", "public order", 1, 2, "police", ""),
        ("public.fight", "打架斗殴", "fight", 2, 2, "police", ""),
        ("public.noise", "聚众喧哗", "disturbance", 2, 3, "police", ""),
        ("help", "求助", "help", 1, 3, "police", ""),
        ("help.water", "水域", "water", 2, 2, "police", "drowning"),
        ("help.water.drowning", "溺水", "drowning", 3, 1, "police", ""),
        ("life", "民生", "livelihood", 1, 4, "livelihood", ""),
        ("life.noise", "噪声扰民", "noise", 2, 4, "livelihood", ""),
    ]
    for order, (code, name, name_en, level, priority, handled_by, protocol) in enumerate(rows):
        Category.objects.create(
            code=code,
            name=name,
            name_en=name_en,
            level=level,
            priority=priority,
            handled_by=handled_by,
            protocol=protocol,
            order=order,
        )
    RelatedCategories.objects.create(first="public.fight", second="public.noise", weight=0.9)
    Protocol.objects.create(code="drowning", name="溺水", name_en="drowning", tree=TREE)


def _people(world: World) -> None:
    for code, name, kind, where in (
        ("hs", "海曙分局", "police", HAISHU),
        ("xs", "象山县局", "police", XIANGSHAN),
        ("rescue", "水上救援队", "rescue", "3302"),
        ("12345", "12345 热线", "hotline", ""),
    ):
        world.agencies[code] = Agency.objects.create(code=code, name=name, name_en=code, kind=kind, area_code=where)
    for name, role, agency, where in (
        ("taker", "call_taker", "hs", HAISHU),
        ("dispatcher", "dispatcher", "hs", HAISHU),
        ("second", "dispatcher", "hs", HAISHU),
        ("supervisor", "supervisor", "hs", "3302"),
        ("crew", "unit", "hs", HAISHU),
        ("mate", "unit", "hs", HAISHU),
        ("partner", "partner", "12345", ""),
        ("rescuer", "partner", "rescue", "3302"),
        ("analyst", "analyst", "hs", "3302"),
        ("auditor", "auditor", "hs", "3302"),
        ("administrator", "administrator", "hs", "3302"),
        ("elsewhere", "dispatcher", "xs", XIANGSHAN),
        ("faraway", "unit", "xs", XIANGSHAN),
    ):
        user = world.users[name] = User.objects.create_user(name, title=name)
        Membership.objects.create(user=user, agency=world.agencies[agency], role=role, area_code=where)


def _units(world: World) -> None:
    water = Capability.objects.create(code="water-rescue", name="水域救援", name_en="water rescue")
    for code, agency, where in (
        ("海曙01", "hs", HAISHU),
        ("海曙02", "hs", HAISHU),
        ("海曙03", "hs", HAISHU),
        ("象山01", "xs", XIANGSHAN),
    ):
        world.units[code] = Unit.objects.create(
            code=code,
            agency=world.agencies[agency],
            kind="car",
            area_code=where,
            status="free",
            status_at=FIRST,
            lon=121.55,
            lat=29.87,
        )
    world.units["海曙01"].capabilities.add(water)
    for name, code in (("crew", "海曙01"), ("mate", "海曙02"), ("faraway", "象山01")):
        unit = world.units[code]
        Duty.objects.create(user=world.users[name], agency=unit.agency, unit=unit, starts_at=FIRST)
    for name in ("dispatcher", "partner", "rescuer", "supervisor"):
        agency = world.users[name].memberships.get().agency
        Duty.objects.create(user=world.users[name], agency=agency, starts_at=FIRST)


def forget() -> None:
    """Drop what earlier tests left in the caches of the process."""
    for cached in (places, board, catalogue, demand, durations, proposals, protocols):
        cached.forget()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The test city, fresh."""
    forget()
    made = World()
    _places()
    _catalogue()
    _people(made)
    _units(made)
    Route.objects.create(area_code="", category="life", agency=made.agencies["12345"])
    yield made
    forget()


@pytest.fixture(autouse=True)
def plain_static(settings: pytest.FixtureRequest) -> None:
    """Pages name static files plainly here: nothing is collected for a test run."""
    storages = {**settings.STORAGES}  # type: ignore[attr-defined]
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages  # type: ignore[attr-defined]
