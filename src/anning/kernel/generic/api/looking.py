"""Looking at a kind of work as a whole: its map layer and its audit trail; and searching all kinds."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as Bound

from anning.kernel.audit.selectors import trail
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.contract.roles import OVERSIGHT
from anning.kernel.generic.api.asked import LayerIn
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.declared import asked, parameters
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import ItemOut, Line, item_out
from anning.kernel.generic.layers import Box, features
from anning.kernel.generic.selectors import kind_for, overseen
from anning.kernel.search.selectors import matching
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.selectors.items import involved
from anning.kernel.work.services.timeline import subject

MOST = 500


class LayerOut(Schema):
    """A GeoJSON FeatureCollection: points with number and priority, or H3 cells with a count as `value`."""

    type: str
    features: list[dict[str, Any]]


class EntryOut(Schema):
    """An entry of the audit trail."""

    lane: int
    seq: int
    at: datetime
    actor: str
    action: str
    purpose: str


def add(routes: Router, kind: Kind) -> None:
    """Give a kind's routes its map layer and its items' trail."""

    @routes.get(
        "/layer",
        response={200: LayerOut, **PROBLEMS},
        operation_id=f"layer_{kind.code}",
        openapi_extra=parameters(kind.fields),
    )
    def layer(request: HttpRequest, given: Query[LayerIn]) -> LayerOut:
        """Points when at most 2,000 lie in the box (`west,south,east,north`), else counts by H3 cell."""
        seer = asking(request)
        query = given.query(asked(request))
        found = features(seer, kind_for(seer, kind.code), query, Box.read(given.bbox), given.zoom)
        return LayerOut(type="FeatureCollection", features=found)

    @routes.get("/{number}/trail", response={200: list[EntryOut], **PROBLEMS}, operation_id=f"trail_{kind.code}")
    def get_trail(request: HttpRequest, number: str) -> list[EntryOut]:
        """The audit trail of the item, newest first, for those who oversee work there."""
        seer = asking(request)
        item = overseen(seer, number, kind.code)
        if not seer.scope_of(kind.code, OVERSIGHT).admits(item.area_code, *involved(item)):
            raise NotVisibleError(number)
        names = ("lane", "seq", "at", "actor", "action", "purpose")
        return [EntryOut(**{name: getattr(entry, name) for name in names}) for entry in trail(subject(item))[:MOST]]


class SearchIn(Schema):
    """Words to look for."""

    q: Line
    limit: int = Bound(20, ge=1, le=50)


routes = Router(tags=["search"])


@routes.get("", response={200: list[ItemOut], **PROBLEMS}, operation_id="search")
def search(request: HttpRequest, given: Query[SearchIn]) -> list[ItemOut]:
    """Items of every kind that hold all the words, newest of each kind first."""
    seer = asking(request)
    kinds = [kind for kind in registry.kinds() if seer.scope(kind, VIEW)]
    return [item_out(item) for kind in kinds for item in matching(seer, kind, given.q, given.limit)]
