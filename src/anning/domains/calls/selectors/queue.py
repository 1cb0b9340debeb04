"""The dispatcher's queue: open work in the viewer's scope, narrowed by what they chose to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.work.models import Change, Item
from anning.kernel.work.selectors.items import visible

MOST = 200
"""Rows a desk shows; more open work than that is counted and said, not shown. Three hundred took 0.2 s to draw."""
KINDS = ("incident", "matter")
WAITING = ("new", "received")
ENDING = ("cleared", "done")
GROUPS = ("waiting", "at_work", "ending")


@dataclass(frozen=True)
class Chosen:
    """What a desk shows: an area, a kind of work, a top category, a priority, only late, only one's own."""

    area: str = ""
    kind: str = ""
    category: str = ""
    priority: int = 0
    view: str = ""
    """`waiting`, `at_work`, `ending`, `late` or empty for all open work."""
    mine: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Chosen":
        """From a page's query string; what makes no sense is left out."""
        priority = query.get("priority", "")
        kind, view = query.get("kind", ""), query.get("view", "")
        return cls(
            area=query.get("area", "")[:20],
            kind=kind if kind in KINDS else "",
            category=query.get("category", "")[:40],
            priority=int(priority) if priority in ("1", "2", "3", "4") else 0,
            view=view if view in (*GROUPS, "late") else "",
            mine=query.get("mine", "") == "1",
        )


def group_of(state: str) -> str:
    """Which part of the queue a state stands in."""
    if state in WAITING:
        return "waiting"
    return "ending" if state in ENDING else "at_work"


def queue(viewer: Viewer, chosen: Chosen, now: datetime | None = None) -> list[Item]:
    """Open work, waiting first, then by priority, then by age; at most `MOST` rows, two queries at most."""
    rows: list[Item] = []
    for kind in KINDS if not chosen.kind else (chosen.kind,):
        found = _chosen(_open(viewer, kind), viewer, chosen, now or timezone.now()).select_related(kind)
        rows += list(found.annotate(call_count=Count("calls")).order_by("priority", "opened_at")[:MOST])
    return sorted(rows, key=lambda item: (GROUPS.index(group_of(item.state)), item.priority, item.opened_at))[:MOST]


def tallies(viewer: Viewer, chosen: Chosen, now: datetime | None = None) -> dict[str, int]:
    """How much open work there is by part of the queue, how much of it late, and how much was opened today."""
    now = now or timezone.now()
    counts = dict.fromkeys((*GROUPS, "late", "today"), 0)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    narrowed = Chosen(chosen.area, chosen.kind, chosen.category, chosen.priority, "", chosen.mine)
    for kind in KINDS if not chosen.kind else (chosen.kind,):
        work = _chosen(_open(viewer, kind), viewer, narrowed, now)
        for state, count in work.values_list("state").annotate(n=Count("pk")):
            counts[group_of(state)] += count
        counts["late"] += work.filter(due_at__lt=now).count()
        counts["today"] += (
            _places(visible(viewer, registry.kind(kind)), chosen.area).filter(opened_at__gte=midnight).count()
        )
    return counts


def flags_of(item: Item) -> list[str]:
    """The flags an incident was taken with."""
    return list(item.incident.flags) if item.kind == "incident" else []


def _open(viewer: Viewer, kind: str) -> QuerySet[Item]:
    return visible(viewer, registry.kind(kind)).filter(closed_at=None)


def _chosen(work: QuerySet[Item], viewer: Viewer, chosen: Chosen, now: datetime) -> QuerySet[Item]:
    work = _places(work, chosen.area)
    if chosen.category:
        work = work.filter(category__startswith=chosen.category)
    if chosen.priority:
        work = work.filter(priority=chosen.priority)
    if chosen.mine:
        work = work.filter(Exists(Change.objects.filter(item=OuterRef("pk"), actor_id=viewer.user_id or 0)))
    if chosen.view == "late":
        return work.filter(due_at__lt=now)
    states = {"waiting": WAITING, "ending": ENDING}
    if chosen.view in states:
        return work.filter(state__in=states[chosen.view])
    return work.exclude(state__in=(*WAITING, *ENDING)) if chosen.view == "at_work" else work


def _places(work: QuerySet[Item], area: str) -> QuerySet[Item]:
    return work.filter(area_code__startswith=area) if area else work
