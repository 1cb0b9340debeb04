"""The unit board: who is free, who is where on what."""

from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from anning.domains.calls.models import UnitReport
from anning.domains.calls.selectors.tasks import visible_units
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.org.models import Capability, Unit, UnitStatus
from anning.kernel.places.selectors import revision
from anning.kernel.work.models import Item, Task
from anning.kernel.work.selectors.items import visible

ORDER = {status: place for place, status in enumerate(("on_scene", "en_route", "assigned", "free", "off_duty"))}
QUIET_S = 300
"""A unit at work that was not heard of for longer is shown as without contact."""


def with_contact(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units with `heard_at`: when a word on their running task last came from a device of their crew."""
    words = UnitReport.objects.filter(task__unit=OuterRef("pk"), task__ended_at=None).order_by("-received_at")
    return units.annotate(heard_at=Subquery(words.values("received_at")[:1]))


def contact_at(unit: Unit) -> datetime | None:
    """When the unit was last heard of, by a word or a position; its query must be `with_contact`."""
    heard: datetime | None = getattr(unit, "heard_at")  # noqa: B009  # an annotation: no attribute of the model
    return max((at for at in (heard, unit.position_at) if at), default=None)


def unit_summary(unit: Unit, item: Item | None = None) -> dict[str, Any]:
    """What the board, the map and live messages show of a unit (`with_contact`); nothing personal."""
    contact = contact_at(unit)
    return {
        "code": unit.code,
        "agency": unit.agency.name,
        "agency_en": unit.agency.name_en or unit.agency.name,
        "unit_kind": unit.kind,
        "status": unit.status,
        "status_at": unit.status_at.isoformat() if unit.status_at else None,
        "area_code": unit.area_code,
        "lon": unit.lon,
        "lat": unit.lat,
        "position_at": unit.position_at.isoformat() if unit.position_at else None,
        "contact_at": contact.isoformat() if contact else None,
        "number": item.number if item else "",
        "title": item.title if item else "",
    }


def board(viewer: Viewer, area_code: str = "") -> list[dict[str, Any]]:
    """Every unit on the viewer's board, those at work first; three queries.

    Tasks are looked up before what is seen of them: there are never more of them under way than units, while a
    subquery of all that is seen would be gone through in full.
    """
    units = list(with_contact(visible_units(viewer).filter(area_code__startswith=area_code).order_by("code")))
    running = dict(Task.objects.filter(ended_at=None, unit__in=units).values_list("unit_id", "item_id"))
    seen = visible(viewer, registry.kind("incident")).in_bulk(list(running.values()))
    rows = [unit_summary(unit, seen.get(running.get(unit.pk, 0))) for unit in units]
    return sorted(rows, key=lambda row: (ORDER[row["status"]], row["code"]))


def tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many units are in each status."""
    counted = Counter(row["status"] for row in rows)
    return {status: counted.get(status, 0) for status in UnitStatus.values}


def capabilities() -> list[tuple[str, str]]:
    """What units can do, as (code, name in the language in force)."""
    return list(capability_names().items())


def capability_names() -> dict[str, str]:
    """The names of what units can do by code, in the language in force; read once per city revision."""
    chinese = (get_language() or "zh").startswith("zh")
    return {code: name if chinese or not name_en else name_en for code, name, name_en in _capabilities(revision())}


def forget() -> None:
    """Read the capabilities anew at the next look."""
    _capabilities.cache_clear()


@lru_cache(maxsize=1)
def _capabilities(_revision: int) -> list[tuple[str, str, str]]:
    return list(Capability.objects.order_by("code").values_list("code", "name", "name_en"))
