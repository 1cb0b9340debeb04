"""Taking a warning of another system in: a call, and the incident it opens or joins; each message once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shapely import MultiPoint, Polygon

from anning.domains.calls.models import Call, Channel
from anning.domains.calls.selectors.catalogue import categories
from anning.domains.calls.services.intake import Intake, take_call
from anning.engines.space.distance import haversine_m
from anning.kernel.access.scope import Viewer
from anning.kernel.places.selectors import labels, revision
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.wire.cap.values import Alert, Info, Reference

PRIORITY = {"Extreme": 1, "Severe": 2, "Moderate": 3}
HANDLED_BY = {"Fire": "fire", "Rescue": "fire", "Health": "medical", "Transport": "traffic", "Security": "police"}
"""Who answers, by the kind of danger; others are the police's."""
OURS = ("Alert", "Update", "Cancel")
WIDEST_M = 50_000.0


@dataclass(frozen=True)
class Taken:
    """What became of a message: the incident, and whether the message was new; or why it was left out."""

    item: Item | None = None
    fresh: bool = False
    ignored: str = ""


def take_in(viewer: Viewer, alert: Alert, category: str, now: datetime) -> Taken:
    """Take a message in. Told again it changes nothing; an update or cancellation joins the incident of its message.

    `category` is one of the city's; empty: the first of whoever answers for the kind of danger.

    Raises:
        RefusedError: no category fits, or the call cannot be taken; the message says why.
    """
    why = _left_out(alert, now)
    if why:
        return Taken(ignored=why)
    info = next((one for one in alert.infos if one.language.casefold().startswith("zh")), alert.infos[0])
    place = _place(info)
    call, fresh = take_call(
        viewer,
        Intake(
            source_key=key_of(alert.reference),
            category=category or _category(info),
            received_at=min(alert.sent, now),
            channel=Channel.PARTNER,
            priority=1 if info.urgency == "Immediate" and info.severity == "Severe" else PRIORITY.get(info.severity, 4),
            narrative=_narrative(alert, info),
            address=info.areas[0].description[:200] if info.areas else "",
            lon=place[0] if place else None,
            lat=place[1] if place else None,
            radius_m=place[2] if place else None,
            area_code="" if place else _area_code(info),
            language=info.language[:10],
            join=_open_incident(alert.references),
        ),
        now=now,
    )
    return Taken(call.item, fresh)


def key_of(message: Reference) -> str:
    """What a message is kept under: its sender, its identifier and when it was sent, as the standard names it."""
    named = f"{message.sender},{message.identifier},{message.sent.timestamp():.0f}"
    return "cap-" + hashlib.sha256(named.encode()).hexdigest()[:48]


def _left_out(alert: Alert, now: datetime) -> str:
    if alert.status != "Actual":
        return f"its status is {alert.status}, not Actual"
    if alert.message not in OURS:
        return f"{alert.message} answers a message and warns of nothing"
    if not alert.infos:
        return "it has no info"
    ends = [info.expires for info in alert.infos]
    if all(end is not None and end < now for end in ends):
        return f"it held until {max(end for end in ends if end):%Y-%m-%d %H:%M %Z}"
    return ""


def _category(info: Info) -> str:
    wanted = [HANDLED_BY.get(word, "police") for word in info.categories]
    for handled_by in (*wanted, "police"):
        for code, entry in categories().items():
            if entry.handled_by == handled_by:
                return code
    raise RefusedError("the city has no category for this warning: name one with --category")


def _narrative(alert: Alert, info: Info) -> str:
    """What is said, and of which message it is."""
    said = dict.fromkeys(filter(None, (info.headline or info.event, info.description, info.instruction)))
    source = f"CAP {alert.message}: {alert.sender}, {alert.identifier}, {alert.sent.isoformat()}"
    return "\n".join([*said, source])[:4000]


def _open_incident(references: Iterable[Reference]) -> str:
    """The number of the open incident an earlier message made; empty when there is none."""
    keys = [key_of(one) for one in references]
    found = Call.objects.filter(source_key__in=keys, item__closed_at=None, item__kind="incident").select_related("item")
    newest = found.order_by("-pk").first()
    return newest.item.number if newest else ""


def _place(info: Info) -> tuple[float, float, float] | None:
    """A point and how far the warning reaches from it, in metres: of the first circle or polygon."""
    for area in info.areas:
        for circle in area.circles:
            return circle.lon, circle.lat, min(circle.radius_m, WIDEST_M)
        for ring in area.polygons:
            shape = Polygon(ring)
            inside = shape.representative_point() if shape.is_valid else MultiPoint(ring).centroid
            lon, lat = float(inside.x), float(inside.y)
            return lon, lat, min(max(float(haversine_m(lon, lat, x, y)) for x, y in ring), WIDEST_M)
    return None


def _area_code(info: Info) -> str:
    """The first code of the warning that is one of our areas."""
    known = labels(revision())
    return next((code.value for area in info.areas for code in area.geocodes if code.value in known), "")
