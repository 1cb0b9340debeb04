"""Livelihood matters and their catalogue as GeoReport v2 sees them, within what exists for the viewer."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from anning.domains.calls.models import Call, Matter
from anning.domains.calls.module import MATTER_KIND
from anning.domains.calls.present.protocol import script_tree
from anning.domains.calls.selectors.catalogue import CategoryEntry, categories, category_label
from anning.domains.calls.selectors.protocols import tree_of
from anning.domains.calls.states import MATTER
from anning.kernel.access.scope import Viewer
from anning.kernel.org.models import Agency
from anning.kernel.places.selectors import city, path_label
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, parse_number, visible
from anning.wire.open311.asked import MOST, Search
from anning.wire.open311.values import CLOSED, OPEN, STATUSES, Attribute, Choice, Definition, Receipt, Service
from anning.wire.open311.values import ServiceRequest as Request

ENDED = Q(closed_at__isnull=False) | Q(state="done")
"""A matter dealt with is closed for who asked, though the desk has yet to look at it."""
LIVELIHOOD = "livelihood"


def jurisdiction() -> str:
    """What this server answers for: the city's code; empty before a city is loaded."""
    found = city()
    return found.code if found else ""


def offered() -> dict[str, CategoryEntry]:
    """The livelihood categories one can ask for: those with none below them."""
    known = categories()
    above = {code.rpartition(".")[0] for code in known}
    return {code: one for code, one in known.items() if one.handled_by == LIVELIHOOD and code not in above}


def services() -> list[Service]:
    """The services, in the order of the catalogue, named in the language in force."""
    return [
        Service(
            code=one.code,
            name=one.label,
            description=" · ".join(category_label(code) for code in _path(one.code)),
            metadata=tree_of(one.code) is not None,
            group=category_label(one.code.partition(".")[0]),
        )
        for one in offered().values()
    ]


def definition(code: str) -> Definition | None:
    """What a service asks further: the questions of its protocol, none of them needed. None for an unknown service."""
    if code not in offered():
        return None
    tree = tree_of(code)
    questions = script_tree(tree)["questions"] if tree else {}
    asked = [_attribute(one, questions[one], order) for order, one in enumerate(questions, 1)]
    return Definition(code, tuple(asked))


def matters(viewer: Viewer, search: Search) -> list[Request]:
    """The matters a search finds, newest first, at most `MOST`."""
    items = visible(viewer, MATTER_KIND)
    if search.ids:
        items = items.filter(pk__in=_ids(search.ids))
    else:
        items = items.filter(opened_at__gte=search.start, opened_at__lte=search.end)
        if search.services:
            items = items.filter(category__in=search.services)
        if search.statuses != STATUSES:
            items = items.filter(ENDED if search.statuses == (CLOSED,) else ~ENDED)
    return shown(items.order_by("-opened_at", "-pk")[:MOST])


def matter(viewer: Viewer, number: str) -> Request:
    """One matter. Raises `NotVisibleError`."""
    return shown(Item.objects.filter(pk=find(viewer, number, kind=MATTER_KIND.code).pk))[0]


def shown(items: QuerySet[Item]) -> list[Request]:
    """Items as requests. Of who called nothing is told: name, telephone and note stay sealed."""
    found = list(items)
    calls = _first_calls(found)
    outcomes = dict(Matter.objects.filter(pk__in=calls).values_list("pk", "outcome"))
    agencies = dict(Agency.objects.filter(pk__in={item.agency_id for item in found}).values_list("pk", "name"))
    return [_request(item, calls.get(item.pk), outcomes.get(item.pk, ""), agencies) for item in found]


def key_of(viewer: Viewer, key: str) -> str:
    """The key a call is kept under, of the client's own: two clients may use one key, each for a call of its own."""
    return "o311-" + hashlib.sha256(f"{viewer.user_id}:{key}".encode()).hexdigest()[:48]


def receipt_of(viewer: Viewer, token: str) -> Receipt:
    """What became of the request sent under `token` (the client's key). Raises `NotVisibleError`."""
    call = Call.objects.select_related("item").filter(source_key=key_of(viewer, token)).first()
    if call is None:
        raise NotVisibleError(token)
    return Receipt(request_id=find(viewer, call.item.number).number, token=token)


def _path(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]


def _attribute(code: str, question: dict[str, Any], order: int) -> Attribute:
    choices = tuple(Choice(answer["id"], answer["text"]) for answer in question["answers"])
    return Attribute(code=code, description=question["text"], datatype="singlevaluelist", order=order, values=choices)


def _ids(numbers: Sequence[str]) -> set[int]:
    found = set()
    for number in numbers:
        try:
            prefix, pk = parse_number(number)
        except NotVisibleError:
            continue
        if prefix == MATTER_KIND.prefix:
            found.add(pk)
    return found


def _first_calls(items: Sequence[Item]) -> dict[int, tuple[str, str]]:
    """What was said and where, of the first call of each item."""
    rows = Call.objects.filter(item__in=items).order_by("-pk").values_list("item_id", "narrative", "address")
    return {pk: (narrative, address) for pk, narrative, address in rows}


def _request(item: Item, call: tuple[str, str] | None, outcome: str, agencies: dict[int, str]) -> Request:
    narrative, address = call or ("", "")
    over = item.closed_at is not None or item.state == "done"
    return Request(
        request_id=item.number,
        status=CLOSED if over else OPEN,
        status_notes=outcome or str(MATTER.by_code[item.state].title),
        service_name=category_label(item.category),
        service_code=item.category,
        description=narrative,
        agency_responsible=agencies.get(item.agency_id or 0, ""),
        requested_at=item.opened_at,
        updated_at=item.state_at,
        expected_at=None if over else item.due_at,
        address=address or path_label(item.area_code),
        address_id=item.area_code,
        lat=item.lat,
        lon=item.lon,
    )
