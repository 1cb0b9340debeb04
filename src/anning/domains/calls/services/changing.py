"""Correcting what an incident or matter is and where: old and new kept, clocks retimed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anning.domains.calls.selectors.catalogue import categories
from anning.domains.calls.selectors.whereabouts import WGS84, as_wgs84
from anning.domains.calls.services.detail import set_detail
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.places.selectors import locate_one
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import edit


def reclassify(
    viewer: Viewer,
    number: str,
    *,
    version: int | None,
    category: str = "",
    priority: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Item:
    """Change category, priority or both.

    Raises:
        NotVisibleError, ConflictError: as `work.services.items.edit`.
        RefusedError: the category is unknown or belongs to another kind of work, or nothing was changed.
    """
    fields: dict[str, Any] = {}
    if category:
        fields["category"] = _known(category)
    if priority is not None:
        if priority not in (1, 2, 3, 4):
            raise RefusedError(_("The priority is a number from 1 to 4."))
        fields["priority"] = priority
    if not fields:
        raise RefusedError(_("Nothing was changed: name a category or a priority."))
    return edit(viewer, number, fields, version=version, reason=reason, now=now)


def relocate(
    viewer: Viewer,
    number: str,
    lon: float,
    lat: float,
    *,
    version: int | None,
    system: str = WGS84,
    radius_m: float | None = None,
    address: str = "",
    reason: str = "",
    now: datetime | None = None,
) -> Item:
    """Move an incident or matter to another point, given in `system`; area and map cell follow.

    Raises: as `reclassify`; `RefusedError` when the point is not on the earth.
    """
    lon, lat = as_wgs84(lon, lat, system)
    place = locate_one(lon, lat)
    fields: dict[str, Any] = {
        "lon": lon,
        "lat": lat,
        "radius_m": radius_m,
        "area_code": place.area_code,
        "outside": place.outside,
    }
    if address:
        fields["title"] = address[:200]
    with writing():
        item = edit(viewer, number, fields, version=version, reason=reason, now=now)
        if address:
            set_detail(item, address=address[:200])
    return item


def _known(code: str) -> str:
    if code not in categories():
        raise RefusedError(_("The category “%(code)s” is not in the catalogue.") % {"code": code})
    return code
