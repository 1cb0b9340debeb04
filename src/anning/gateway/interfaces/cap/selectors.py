"""Public warnings as CAP messages. They are for everybody: nothing of the incident behind one is in them."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from shapely import Polygon
from shapely.geometry import mapping

from anning.engines.space.areas import from_wkb
from anning.gateway.interfaces.models import PublicAlert
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.places.models import Area as Place
from anning.kernel.places.selectors import city, path_label
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.selectors.items import find
from anning.wire.cap.values import Alert, Area, Circle, Info, Named, Point

LISTED = timedelta(days=7)
"""How long after it was sent a message stays in the feed."""
COARSE_DEG = 0.0005
"""Boundaries are told to about fifty metres: a warning needs no survey."""
LANGUAGES = (("zh-CN", "zh-hans"), ("en-US", "en"))


def sender() -> str:
    """The name this installation signs with: as set, else made of the city's code."""
    found = city()
    return str(settings.CAP_SENDER) or f"anning.{found.code if found else 'city'}"


def listed(now: datetime) -> QuerySet[PublicAlert]:
    """The messages in the feed, newest first."""
    return PublicAlert.objects.filter(sent_at__gte=now - LISTED).select_related("follows").order_by("-sent_at", "-pk")


def published(identifier: str) -> PublicAlert:
    """The message called `identifier`. Raises `NotVisibleError`."""
    found = PublicAlert.objects.select_related("follows", "item").filter(identifier=identifier).first()
    if found is None:
        raise NotVisibleError(identifier)
    return found


def issued(viewer: Viewer, number: str) -> QuerySet[PublicAlert]:
    """The messages about one item of the viewer's, newest first. Raises `NotVisibleError`."""
    return PublicAlert.objects.filter(item=find(viewer, number)).order_by("-sent_at", "-pk")


def issued_lately(viewer: Viewer, now: datetime) -> list[PublicAlert]:
    """The listed messages about items within the viewer's scope."""
    scopes = {kind.code: viewer.scope(kind, VIEW) for kind in registry.kinds()}
    return [one for one in listed(now).select_related("item") if scopes[one.item.kind].admits(one.item.area_code)]


def as_cap(one: PublicAlert) -> Alert:
    """The message as CAP has it, with one info in each language."""
    chain = [one.follows] if one.follows else []
    while chain and chain[-1].follows:
        chain.append(chain[-1].follows)
    return Alert(
        identifier=one.identifier,
        sender=one.sender,
        sent=_local(one.sent_at),
        status="Exercise" if one.exercise else "Actual",
        message=one.message,
        scope="Public",
        references=tuple(_bare(before).reference for before in reversed(chain)),
        infos=tuple(_info(one, tag, language) for tag, language in LANGUAGES),
    )


def _bare(one: PublicAlert) -> Alert:
    return Alert(one.identifier, one.sender, _local(one.sent_at), "Actual", one.message, "Public")


def _info(one: PublicAlert, tag: str, language: str) -> Info:
    chinese = language.startswith("zh")
    found = city()
    event = one.event if chinese else one.event_en
    over = one.message == "Cancel"
    return Info(
        categories=(one.category,),
        event=event,
        urgency="Past" if over else one.urgency,
        severity=one.severity,
        certainty=one.certainty,
        language=tag,
        responses=("AllClear",) if over else (),
        effective=_local(one.sent_at),
        expires=_local(one.expires_at),
        sender_name=(found.name if chinese else found.name_en) if found else "",
        headline=event,
        description=one.text if chinese else one.text_en,
        areas=(_area(one, language),),
    )


def _area(one: PublicAlert, language: str) -> Area:
    with translation.override(language):
        words = path_label(one.area_code)
    code = Named("GB/T 2260", one.area_code)
    if one.radius_m is not None and one.lon is not None and one.lat is not None:
        return Area(words, circles=(Circle(one.lon, one.lat, one.radius_m),), geocodes=(code,))
    return Area(words, polygons=_rings(one.area_code), geocodes=(code,))


def _rings(area_code: str) -> tuple[tuple[Point, ...], ...]:
    """The outer rings of an area, coarse."""
    shape = Place.objects.filter(code=area_code).values_list("shape", flat=True).first()
    if shape is None:
        return ()
    coarse: Any = from_wkb(bytes(shape)).simplify(COARSE_DEG)
    parts = [coarse] if isinstance(coarse, Polygon) else list(coarse.geoms)
    return tuple(_rounded(mapping(part.exterior)["coordinates"]) for part in parts)


def _rounded(ring: Any) -> tuple[Point, ...]:
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in ring)


def _local(at: datetime) -> datetime:
    return timezone.localtime(at).replace(microsecond=0)
