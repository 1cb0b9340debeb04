"""What a person is told: their alerts on work that exists for them."""

from django.db.models import QuerySet

from anning.kernel.access.scope import Viewer
from anning.kernel.work.models import Alert
from anning.kernel.work.selectors.items import in_sight

SHOWN = 100
"""The most that are listed, and counted, at once; older ones come when these are seen."""
BATCH = 500


def unseen_alerts(viewer: Viewer) -> QuerySet[Alert]:
    """The viewer's newest alerts not seen yet, on items that (still) exist for them, newest first."""
    return Alert.objects.filter(pk__in=_unseen(viewer)).select_related("item").order_by("-at", "-pk")


def unseen_count(viewer: Viewer) -> int:
    """How many alerts wait for the viewer: as many as `unseen_alerts` lists."""
    return len(_unseen(viewer))


def _unseen(viewer: Viewer) -> list[int]:
    """The ids of the alerts listed. Looks at so many at a time, as most are of items in sight."""
    if not viewer.user_id:
        return []
    found: list[int] = []
    waiting = Alert.objects.filter(user_id=viewer.user_id, seen_at=None).order_by("-at", "-pk")
    rows, start = waiting.values_list("pk", "item_id", "item__kind"), 0
    while len(found) < SHOWN and (batch := list(rows[start : start + BATCH])):
        seen = in_sight(viewer, [(item_id, kind) for _pk, item_id, kind in batch])
        found += [pk for pk, item_id, _kind in batch if item_id in seen]
        start += BATCH
        if len(batch) < BATCH:
            break
    return found[:SHOWN]
