"""Telling the public of an urgent incident: a supervisor issues a warning, updates it, calls it off."""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from anning.gateway.interfaces.cap.selectors import as_cap, published, sender
from anning.gateway.interfaces.models import Message, PublicAlert
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import fingerprint, record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.roles import SUPERVISOR, roles
from anning.kernel.places.selectors import city, labels, revision
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.timeline import log_on, subject, trace
from anning.wire.cap.codec import encode
from anning.wire.cap.values import CATEGORY, CERTAINTY, SEVERITY, URGENCY

ISSUERS = roles(SUPERVISOR)
"""Those who speak to the public."""
URGENT = 1
"""The priority an incident must have to be warned of."""
LONGEST = timedelta(days=7)
_WORDS = {"category": CATEGORY, "urgency": URGENCY, "severity": SEVERITY, "certainty": CERTAINTY}


@dataclass(frozen=True)
class Warned:
    """What the public is told. `area_code` is warned, or with `radius_m` a circle around the incident."""

    event: str
    event_en: str
    text: str
    text_en: str
    expires_at: datetime
    area_code: str = ""
    radius_m: float | None = None
    category: str = "Safety"
    urgency: str = "Immediate"
    severity: str = "Severe"
    certainty: str = "Observed"


def issue(viewer: Viewer, number: str, warned: Warned, now: datetime | None = None) -> PublicAlert:
    """Warn the public of an urgent, open incident. In a city of demonstration data every warning is an exercise.

    Raises:
        NotVisibleError: the item does not exist for the viewer.
        RefusedError: the viewer is no supervisor there, the item is not of priority 1 or is closed, a warning about it
            still holds, or a field cannot be; the message says which.
    """
    now = now or timezone.now()
    with writing():
        item = _item(viewer, number)
        if item.priority != URGENT or item.closed_at:
            raise RefusedError(_("The public is warned only of open incidents of priority 1."))
        if PublicAlert.objects.filter(item=item, followed_by=None, expires_at__gt=now).exclude(message="Cancel"):
            raise RefusedError(_("A warning about %(number)s holds already: update it.") % {"number": item.number})
        return _published(viewer, item, Message.ALERT, warned, None, now)


def update(viewer: Viewer, identifier: str, warned: Warned, now: datetime | None = None) -> PublicAlert:
    """Replace a warning by another about the same incident. Raises as `issue`."""
    now = now or timezone.now()
    with writing():
        before = _latest(viewer, identifier)
        return _published(viewer, before.item, Message.UPDATE, warned, before, now)


def cancel(viewer: Viewer, identifier: str, text: str, text_en: str, now: datetime | None = None) -> PublicAlert:
    """Call a warning off, with words why. Raises as `issue`."""
    now = now or timezone.now()
    with writing():
        before = _latest(viewer, identifier)
        names = [name for name in asdict(_empty(now)) if name not in ("text", "text_en", "expires_at")]
        kept = {name: getattr(before, name) for name in names}
        over = Warned(text=text, text_en=text_en, expires_at=max(before.expires_at, now + timedelta(hours=1)), **kept)
        return _published(viewer, before.item, Message.CANCEL, over, before, now)


def _empty(now: datetime) -> Warned:
    return Warned("", "", "", "", now)


def _item(viewer: Viewer, number: str) -> Item:
    item = find(viewer, number, lock=True)
    if not viewer.scope_of(item.kind, ISSUERS).admits(item.area_code):
        raise RefusedError(_("Only a supervisor warns the public."))
    return item


def _latest(viewer: Viewer, identifier: str) -> PublicAlert:
    before = published(identifier)
    before.item = _item(viewer, before.item.number)
    if before.message == Message.CANCEL or PublicAlert.objects.filter(follows=before).exists():
        raise RefusedError(_("That warning was replaced or called off already."))
    return before


def _published(
    viewer: Viewer, item: Item, message: str, warned: Warned, before: PublicAlert | None, now: datetime
) -> PublicAlert:
    warned = replace(warned, area_code=warned.area_code or item.area_code)
    _check(viewer, item, warned, now)
    found = city()
    made = PublicAlert(
        item=item,
        follows=before,
        message=message,
        identifier=f"{sender()}.{now:%Y%m%d%H%M%S}.{secrets.token_hex(4)}",
        sender=sender(),
        sent_at=now.replace(microsecond=0),
        lon=item.lon,
        lat=item.lat,
        exercise=bool(found and found.is_demo),
        issued_by=viewer.label,
        **asdict(warned),
    )
    encode(as_cap(made))
    made.save()
    change = log_on(viewer, item, "public-alert", now, reason=made.event, data={"name": made.identifier})
    told = {"identifier": made.identifier, "message": message, "words": fingerprint(_words(made))}
    record(viewer, "public-alert", subject(item), {**told, **trace(change)}, at=now)
    return made


def _words(made: PublicAlert) -> dict[str, str]:
    return {name: getattr(made, name) for name in ("event", "event_en", "text", "text_en")}


def _check(viewer: Viewer, item: Item, warned: Warned, now: datetime) -> None:
    """Raise `RefusedError` naming the field that cannot be."""
    for name in ("event", "event_en", "text", "text_en"):
        if not getattr(warned, name).strip():
            raise RefusedError(_("“%(name)s” is empty: the public is told in Chinese and in English.") % {"name": name})
    for name, words in _WORDS.items():
        if getattr(warned, name) not in words:
            raise RefusedError(_("“%(name)s” must be one of %(words)s.") % {"name": name, "words": ", ".join(words)})
    if not now < warned.expires_at <= now + LONGEST:
        raise RefusedError(_("A warning holds until a time within the next seven days."))
    if warned.area_code not in labels(revision()):
        raise RefusedError(_("The area “%(code)s” does not exist.") % {"code": warned.area_code})
    if not viewer.scope_of(item.kind, ISSUERS).admits(warned.area_code):
        raise NotVisibleError(warned.area_code)
    if warned.radius_m is not None and (item.lat is None or not 0 < warned.radius_m <= 100_000):
        raise RefusedError(_("A radius is from 0 to 100,000 metres around an incident that has a point."))
