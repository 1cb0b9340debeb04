"""The page of one item: facts, verbs, timeline, links, files."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import LINK, Kind
from anning.kernel.generic.forms import NoteForm
from anning.kernel.generic.present.cells import fact
from anning.kernel.generic.present.items import item_url
from anning.kernel.generic.selectors import detail_of, links_of
from anning.kernel.places.selectors import path_label
from anning.kernel.work.media import IMAGES
from anning.kernel.work.models import Item, Link, Task
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.selectors.items import involved, verbs_for
from anning.kernel.work.selectors.naming import category_names


def sections(kind: Kind, item: Item) -> list[dict[str, Any]]:
    """The item's own facts, its declared fields, and the units on it."""
    names = category_names(kind)
    own = [
        {"label": _("Category"), "value": names.get(item.category, item.category)},
        {"label": _("Area"), "value": path_label(item.area_code) if item.area_code else _outside(item)},
        {"label": _("Opened at"), "value": item.opened_at, "kind": "time"},
        {"label": _("In this state since"), "value": item.state_at, "kind": "time"},
        {"label": _("Closed at"), "value": item.closed_at, "kind": "time"},
    ]
    made = [{"title": _("Facts"), "fields": own}]
    detail = detail_of(item, kind)
    if detail and kind.fields:
        made.append({"title": _("Particulars"), "fields": [fact(detail, field) for field in kind.fields]})
    units = list(item.tasks.select_related("unit").order_by("assigned_at"))
    if units:
        made.append(
            {"title": _("Units"), "fields": [{"label": task.unit.code, "value": _stage(task)} for task in units]}
        )
    return made


def verbs(viewer: Viewer, item: Item) -> list[dict[str, Any]]:
    """The moves the viewer may make, and a remark for those who see the item."""
    made = [
        {
            "verb": move.verb,
            "title": move.title,
            "url": reverse("generic:act", args=[item.kind, item.number, move.verb]),
            "needs_reason": move.needs_reason,
            "tone": "primary" if place == 0 else "",
        }
        for place, move in enumerate(verbs_for(viewer, item))
    ]
    url = reverse("generic:note", args=[item.kind, item.number])
    return [*made, {"verb": "note", "title": _("Remark"), "url": url, "form": NoteForm(), "icon": "chat"}]


def links(viewer: Viewer, item: Item) -> list[dict[str, Any]]:
    """The item's links that still stand or wait, with the decisions the viewer may take."""
    kind = registry.kind(item.kind)
    may = viewer.scope(kind, LINK).admits(item.area_code, *involved(item))
    standing = (LinkState.PROPOSED, LinkState.ACCEPTED)
    return [_link(item, link, may) for link in links_of(viewer, item) if link.state in standing]


def files(item: Item) -> list[dict[str, Any]]:
    """The files kept with the item."""
    found = []
    for kept in item.attachments.order_by("added_at"):
        url = reverse("generic:file", args=[item.kind, item.number, kept.sha256])
        thumb = url if kept.media_type in IMAGES else ""
        found.append({"name": kept.name, "url": url, "thumb_url": thumb, "size": kept.size_bytes})
    return found


def scene(item: Item) -> dict[str, Any] | None:
    """A small map of the item's place; None without a point."""
    if item.lon is None or item.lat is None:
        return None
    point = f"{item.lon:.6f},{item.lat:.6f}"
    return {
        "id": "scene",
        "label": _("The place"),
        "centre": point,
        "zoom": "14",
        "point": point,
        "layers": [],
        "small": True,
    }


def _link(item: Item, link: Link, may: bool) -> dict[str, Any]:
    other = link.target if link.source_id == item.pk else link.source

    def decide(state: str) -> str:
        return reverse("generic:link", args=[item.kind, item.number, link.pk, state]) if may else ""

    proposed = link.state == LinkState.PROPOSED
    return {
        "number": other.number,
        "title": other.title,
        "url": item_url(other),
        "label": LinkState(link.state).label,
        "state": link.state,
        "version": link.source.version,
        "score": round(100 * link.score) if link.score is not None else None,
        "reasons": _reasons(link.reasons),
        "accept_url": decide("accepted") if proposed else "",
        "reject_url": decide("rejected") if proposed else "",
        "undo_url": "" if proposed else decide("undone"),
    }


def _reasons(reasons: dict[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in reasons.items()]


def _outside(item: Item) -> str:
    return _("outside the city") if item.outside else ""


def _stage(task: Task) -> str:
    last: tuple[str, datetime] = (_("assigned"), task.assigned_at)
    stages: Iterable[tuple[str, datetime | None]] = (
        (_("en route"), task.en_route_at),
        (_("on scene"), task.on_scene_at),
        (_("ended"), task.ended_at),
    )
    for name, at in stages:
        last = (name, at) if at else last
    return f"{last[0]} {localtime(last[1]):%m-%d %H:%M}"
