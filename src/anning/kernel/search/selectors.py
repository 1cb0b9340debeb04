"""Finding work by what was written in it, within the viewer's scope."""

from django.db.models import QuerySet

from anning.kernel.access.scope import Scope, Viewer
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.search import store
from anning.kernel.search.terms import area_term, kind_term, query_terms
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import visible

PROBE = 200
"""How many candidates are looked at in one go where the index alone cannot judge the scope."""
ROUNDS = 10


def matching(
    viewer: Viewer,
    kind: Kind,
    text: str,
    limit: int = 20,
    *,
    narrow: QuerySet[Item] | None = None,
    below: int | None = None,
) -> list[Item]:
    """The newest items of `kind` that hold every term of `text` and exist for `viewer`, highest id first.

    `narrow` limits them to a queryset already within the viewer's scope, `below` to ids under it.

    Areas are judged in the index; what is seen through an agency or a unit is judged item by item, among the
    newest two thousand matches.
    """
    terms, scope = query_terms(text), viewer.scope(kind, VIEW)
    if not terms or not scope:
        return []
    within = visible(viewer, kind) if narrow is None else narrow
    found: list[Item] = []
    for _ in range(ROUNDS):
        ids = store.newest([*terms, kind_term(kind.code)], _areas(scope), below, max(limit, PROBE))
        found += within.filter(pk__in=ids).order_by("-pk")
        if len(found) >= limit or len(ids) < max(limit, PROBE):
            break
        below = ids[-1]
    return found[:limit]


def _areas(scope: Scope) -> list[list[str]]:
    if scope.everywhere or scope.agencies or scope.units:
        return []
    return [sorted(area_term(code) for code in scope.areas)]
