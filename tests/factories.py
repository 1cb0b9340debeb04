"""Small builders for tests: areas, agencies, units, users and viewers, items."""

import itertools
from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.module_loading import import_string
from shapely.geometry import box

from anning.engines.space.areas import to_wkb
from anning.kernel.access.scope import Grant, Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.contract.roles import ROLE_BY_CODE
from anning.kernel.org.models import Agency, Duty, Membership, Unit, UnitStatus, User
from anning.kernel.places import selectors as places
from anning.kernel.places.models import Area, City
from anning.kernel.work.models import Item
from anning.kernel.work.services import events
from anning.kernel.work.services.items import OPEN, Draft, insert, open_item
from anning.kernel.work.services.timeline import subject, trace

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Ningbo."""
HOME, AWAY = "330203", "330225"
"""Two districts, Haishu and Xiangshan, that are made as neighbouring boxes."""
PASSWORD = "Sea-Wall-2026"
_numbers = itertools.count(1)


@cache
def _hashed(hasher: str) -> str:
    """The password, hashed once a hasher: a test may choose another one than the test before it."""
    return make_password(PASSWORD, hasher=import_string(hasher)())


def city() -> City:
    """A city of two districts with a street each; the caches are told."""
    made = City.objects.create(
        code="3302", name="宁波", name_en="Ningbo", time_zone="Asia/Shanghai", crs_epsg=4549, lon=121.5, lat=29.8
    )
    area("3302", 1, 121.0, 122.0)
    for code, west in ((HOME, 121.0), (AWAY, 121.5)):
        area(code, 2, west, west + 0.5)
        area(f"{code}001", 3, west, west + 0.5)
    places.forget()
    return made


def area(code: str, level: int, west: float, east: float) -> Area:
    """A box-shaped area between two meridians."""
    shape = box(west, 29.0, east, 30.0)
    return Area.objects.create(
        code=code,
        level=level,
        name=f"区{code}",
        name_en=f"Area {code}",
        shape=to_wkb(shape),
        lon=(west + east) / 2,
        lat=29.5,
    )


def agency(code: str = "") -> Agency:
    """An agency."""
    code = code or f"agency{next(_numbers)}"
    return Agency.objects.get_or_create(code=code, defaults={"name": code, "kind": "police"})[0]


def unit(of: Agency | None = None, status: str = UnitStatus.FREE, area_code: str = f"{HOME}001") -> Unit:
    """A unit, free unless told otherwise."""
    return Unit.objects.create(
        code=f"U{next(_numbers)}", agency=of or agency("police"), kind="car", area_code=area_code, status=status
    )


def user(role: str = "dispatcher", area_code: str = "", of: Agency | None = None, in_unit: Unit | None = None) -> User:
    """A user with one part to play."""
    made = User.objects.create(
        username=f"user{next(_numbers)}", password=_hashed(settings.PASSWORD_HASHERS[0]), title=role
    )
    Membership.objects.create(user=made, agency=of or agency("police"), role=role, area_code=area_code, unit=in_unit)
    return made


def on_duty(who: User, of: Agency | None = None, in_unit: Unit | None = None, since: datetime = NOW) -> Duty:
    """A running duty."""
    return Duty.objects.create(user=who, agency=of or agency("police"), unit=in_unit, starts_at=since)


def viewer(role: str = "supervisor", area_code: str = "", agency_id: int = 1, unit_id: int | None = None) -> Viewer:
    """A viewer with one grant, no user behind it."""
    assert role in ROLE_BY_CODE
    return Viewer(9000 + next(_numbers), role, (Grant(role, agency_id, area_code, unit_id=unit_id),))


def work(kind: str, area_code: str = f"{HOME}001", priority: int = 2, agency_id: int | None = None) -> Item:
    """An open item of any kind, also of one that only its own services open."""
    opener = viewer("supervisor")
    draft = Draft(title="试", area_code=area_code, priority=priority, agency_id=agency_id, opened_at=NOW)
    with writing():
        item, change = insert(opener, registry.kind(kind), draft, NOW)
        events.tell(item, OPEN)
        record(opener, OPEN, subject(item), trace(change), at=NOW)
    return item


def incident(title: str = "路口两车相撞", area_code: str = f"{HOME}001", priority: int = 2, at: datetime = NOW) -> Item:
    """An open incident."""
    draft = Draft(title=title, area_code=area_code, priority=priority, opened_at=at)
    return open_item(viewer("dispatcher"), registry.kind("incident"), draft, now=at)
