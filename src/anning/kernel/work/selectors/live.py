"""Reading live events, and who is told of one."""

from dataclasses import dataclass
from typing import Any

from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.work.models import Event

FIELDS = ("pk", "topic", "kind", "area_code", "agencies", "units", "body")


@dataclass(frozen=True)
class LiveEvent:
    """An event as the feed holds it: its id, who may see it (kind, area, agencies, units) and what is said."""

    pk: int
    topic: str
    kind: str
    area_code: str
    agencies: tuple[int, ...]
    units: tuple[int, ...]
    body: dict[str, Any]

    def message(self) -> dict[str, Any]:
        """What browsers get."""
        return {"id": self.pk, "topic": self.topic, **self.body}


def newest_event() -> int:
    """The id of the newest event, 0 when there is none."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def events_after(pk: int, limit: int = 2000) -> list[LiveEvent]:
    """The events with ids above `pk`, oldest first, at most `limit`."""
    return _read(Event.objects.filter(pk__gt=pk).order_by("pk").values_list(*FIELDS)[:limit])


def events_with(pks: list[int]) -> list[LiveEvent]:
    """The events with these ids, oldest first."""
    return _read(Event.objects.filter(pk__in=pks).order_by("pk").values_list(*FIELDS))


def live_scopes(viewer: Viewer) -> dict[str, Scope]:
    """Where the viewer is told of changes, by kind of work."""
    return {kind.code: viewer.scope(kind, VIEW) for kind in registry.kinds()}


def admits(scopes: dict[str, Scope], event: LiveEvent) -> bool:
    """Whether somebody with `scopes` is told of `event`; a kind without a scope is told to nobody."""
    scope = scopes.get(event.kind)
    return scope is not None and scope.admits(event.area_code, event.agencies, event.units)


def _read(rows: Any) -> list[LiveEvent]:
    return [LiveEvent(pk, topic, kind, area, tuple(a), tuple(u), body) for pk, topic, kind, area, a, u, body in rows]
