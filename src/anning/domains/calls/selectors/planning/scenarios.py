"""Scenarios that planners kept, as far as they lie within what the viewer may count."""

from collections.abc import Collection

from anning.domains.calls.models import Scenario
from anning.domains.calls.module import COUNTERS
from anning.kernel.access.scope import Viewer
from anning.kernel.work.errors import NotVisibleError

MOST = 50
_LOOKED_THROUGH = 500


def areas_of(viewer: Viewer) -> list[str]:
    """The areas a viewer's replays are made over."""
    return sorted(viewer.scope_of("incident", COUNTERS).areas)


def scenarios(viewer: Viewer, chosen: Collection[int] = ()) -> list[Scenario]:
    """The newest scenarios the viewer may see, at most `MOST`; one query."""
    rows = Scenario.objects.select_related("made_by").order_by("-made_at", "-pk")
    rows = rows.filter(pk__in=chosen) if chosen else rows[:_LOOKED_THROUGH]
    return [one for one in rows if _seen(viewer, one)][:MOST]


def scenario(viewer: Viewer, pk: int) -> Scenario:
    """One scenario. Raises `NotVisibleError` when there is none such for the viewer."""
    found = Scenario.objects.select_related("made_by").filter(pk=pk).first()
    if found is None or not _seen(viewer, found):
        raise NotVisibleError(str(pk))
    return found


def _seen(viewer: Viewer, one: Scenario) -> bool:
    scope = viewer.scope_of("incident", COUNTERS)
    return bool(one.areas) and all(scope.admits(area) for area in one.areas)
