"""Where a point lies, in words; and points of the map services people use, made WGS-84 at the edge."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from anning.engines.space.coordinates import bd09_to_wgs84, gcj02_to_wgs84
from anning.kernel.places.models import Level
from anning.kernel.places.selectors import label, labels, locate_one, revision
from anning.kernel.work.errors import RefusedError

WGS84, GCJ02, BD09 = "wgs84", "gcj02", "bd09"
SYSTEMS = {
    WGS84: "WGS-84 (GPS)",
    GCJ02: "GCJ-02 (高德、腾讯)",
    BD09: "BD-09 (百度)",
}
"""Coordinate systems taken, with what people know them by."""
_CONVERT = {GCJ02: gcj02_to_wgs84, BD09: bd09_to_wgs84}
SHOWN = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)


@dataclass(frozen=True)
class Lies:
    """Where a point lies: its area's code, whether it is outside the city, and the names by level (may be empty)."""

    area_code: str
    outside: bool
    names: tuple[tuple[str, str], ...]


def as_wgs84(lon: float, lat: float, system: str = WGS84) -> tuple[float, float]:
    """A point given in `system` as WGS-84 degrees, rounded to a centimetre.

    Raises:
        RefusedError: the system is unknown, or the point is not on the earth.
    """
    if system not in SYSTEMS:
        raise RefusedError(_("“%(system)s” is no known coordinate system.") % {"system": system})
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise RefusedError(
            _("%(lon)s, %(lat)s is not on the earth: longitude first, in degrees.") % {"lon": lon, "lat": lat}
        )
    if system in _CONVERT:
        x, y = _CONVERT[system](lon, lat)
        lon, lat = float(x), float(y)
    return round(lon, 7), round(lat, 7)


def lies(lon: float, lat: float) -> Lies:
    """Where a WGS-84 point lies, with the names of its district, street, community and grid."""
    place = locate_one(lon, lat)
    known = labels(revision())
    above = [place.area_code[:length] for length in range(1, len(place.area_code) + 1)]
    by_level = {known[code].level: label(code) for code in above if code in known}
    names = tuple((str(level.label), by_level.get(level, "")) for level in SHOWN)
    return Lies(place.area_code, place.outside, names)
