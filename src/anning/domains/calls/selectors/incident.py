"""One incident or matter, with everything its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from anning.domains.calls.models import Call, JointTask
from anning.domains.calls.module import SAME_EVENT
from anning.domains.calls.selectors.tasks import tasks_of
from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Change, Clock, Item, Link, Share, Task
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.selectors.clocks import clocks_of
from anning.kernel.work.selectors.items import find, timeline, visible

TIMELINE_MOST = 200


@dataclass(frozen=True)
class Whole:
    """An item and what stands beside it; all of it within the viewer's scope."""

    item: Item
    calls: Sequence[Call]
    tasks: Sequence[Task]
    joint: Sequence[JointTask]
    shares: Sequence[Share]
    links: Sequence[Link]
    clocks: Sequence[Clock]
    changes: Sequence[Change]

    def first_at(self, state: str) -> datetime | None:
        """When the item first entered `state`."""
        return next((change.at for change in self.changes if change.new == state and change.old != state), None)


def whole(viewer: Viewer, number: str, kind: str = "incident") -> Whole:
    """The item called `number` with calls, tasks, links, clocks and timeline. Raises `NotVisibleError`."""
    item = find(viewer, number, kind=kind)
    links = links_of(viewer, item)
    merged = [link.source_id for link in links if link.state == LinkState.ACCEPTED and link.target_id == item.pk]
    calls = Call.objects.filter(item_id__in=[item.pk, *merged]).order_by("received_at", "pk")
    return Whole(
        item=item,
        calls=list(calls.select_related("item")),
        tasks=list(tasks_of(item)),
        joint=joint_tasks(viewer, item),
        shares=list(Share.objects.filter(item=item).select_related("agency").order_by("pk")),
        links=links,
        clocks=list(clocks_of(item)),
        changes=list(timeline(item)[:TIMELINE_MOST]),
    )


def links_of(viewer: Viewer, item: Item) -> list[Link]:
    """Same-event links that stand (proposed or accepted), the other end of which exists for the viewer."""
    seen = visible(viewer, registry.kind(item.kind))
    links = Link.objects.filter(Q(source=item, target__in=seen) | Q(target=item, source__in=seen), kind=SAME_EVENT)
    standing = links.filter(state__in=[LinkState.PROPOSED, LinkState.ACCEPTED])
    return list(standing.select_related("source", "target").order_by("-state", "-score"))


def joint_tasks(viewer: Viewer, item: Item) -> list[JointTask]:
    """The joint tasks of an incident that exist for the viewer."""
    seen = visible(viewer, registry.kind("joint"))
    return list(JointTask.objects.filter(incident=item, item__in=seen).select_related("item", "agency").order_by("pk"))


def joint_task(viewer: Viewer, item: Item, number: str) -> JointTask:
    """One agency's task on an incident, by its number. Raises `NotVisibleError` when the viewer has none such."""
    for task in joint_tasks(viewer, item):
        if task.item.number == number:
            return task
    raise NotVisibleError(number)


def call_with_contact(item: Item, call_id: int) -> Call:
    """A call of the item that has contact details. Raises `NotVisibleError`."""
    call = Call.objects.filter(pk=call_id, item=item).exclude(contact=None).first()
    if call is None:
        raise NotVisibleError(f"{item.number}/{call_id}")
    return call
