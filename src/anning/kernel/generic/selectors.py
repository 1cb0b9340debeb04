"""What the generic pages and the API show of any kind of work or register, within the viewer's scope."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Field, Kind, Register
from anning.kernel.generic.query import ListQuery, cursor_of, read_cursor
from anning.kernel.search.selectors import matching
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item, Link
from anning.kernel.work.selectors.items import visible

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of a list and the cursor of the next ones, empty at the end."""

    rows: list[T]
    next: str


def kind_for(viewer: Viewer, code: str, permission: str = VIEW) -> Kind:
    """The kind `code`, if the viewer has `permission` on it anywhere. Raises `NotVisibleError`."""
    try:
        kind = registry.kind(code)
    except registry.UnknownKindError:
        raise NotVisibleError(code) from None
    if not viewer.scope(kind, permission):
        raise NotVisibleError(code)
    return kind


def register_for(viewer: Viewer, code: str, permission: str = VIEW) -> Register:
    """The register `code`, if the viewer has `permission` on it anywhere. Raises `NotVisibleError`."""
    try:
        register = registry.register(code)
    except registry.UnknownKindError:
        raise NotVisibleError(code) from None
    if not viewer.scope(register, permission):
        raise NotVisibleError(code)
    return register


def items_page(viewer: Viewer, kind: Kind, query: ListQuery) -> Page[Item]:
    """A page of the kind's items, newest first; with a text, those the search index finds."""
    if query.text:
        found = matching(viewer, kind, query.text, query.limit)
        return Page([item for item in found if _fits(item, query)], "")
    rows = list(filtered(viewer, kind, query)[: query.limit + 1])
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return Page(rows, cursor_of(rows[-1].opened_at, rows[-1].pk) if more else "")


def filtered(viewer: Viewer, kind: Kind, query: ListQuery, permission: str = VIEW) -> QuerySet[Item]:
    """The kind's items a query asks for (its text left aside), newest first, after its cursor."""
    items = visible(viewer, kind, permission)
    if query.state:
        items = items.filter(state=query.state)
    if query.open_only:
        items = items.filter(closed_at=None)
    if query.priority:
        items = items.filter(priority=query.priority)
    if query.category:
        items = items.filter(Q(category=query.category) | Q(category__startswith=f"{query.category}."))
    if query.area:
        items = items.filter(area_code__startswith=query.area)
    if query.since:
        items = items.filter(opened_at__gte=query.since)
    if query.until:
        items = items.filter(opened_at__lt=query.until)
    place = read_cursor(query.cursor)
    if place:
        items = items.filter(Q(opened_at__lt=place[0]) | Q(opened_at=place[0], pk__lt=place[1]))
    return items.order_by("-opened_at", "-pk")


def particulars(item: Item) -> dict[str, Any]:
    """The declared fields of an item's detail model by name; empty when it has none."""
    kind = registry.kind(item.kind)
    detail = detail_of(item, kind)
    return {field.name: value_of(detail, field) for field in kind.fields} if detail else {}


def detail_of(item: Item, kind: Kind) -> Model | None:
    """The row of the kind's detail model for this item, or None."""
    if not kind.detail:
        return None
    try:
        found: Model = apps.get_model(kind.detail)._default_manager.get(item=item)
    except ObjectDoesNotExist:
        return None
    return found


def value_of(row: Model, field: Field) -> Any:
    """The value of a declared field, over relations where its name has `__`."""
    value: Any = row
    for part in field.name.split("__"):
        value = getattr(value, part, None)
    return value


def links_of(viewer: Viewer, item: Item) -> list[Link]:
    """The item's links whose other end exists for the viewer too."""
    links = (
        Link.objects.filter(Q(source=item) | Q(target=item)).select_related("source", "target").order_by("-proposed_at")
    )
    return [link for link in links if _seen(viewer, link.target if link.source_id == item.pk else link.source)]


def register_rows(viewer: Viewer, register: Register, text: str = "", after: str = "", limit: int = 50) -> Page[Model]:
    """A page of a register's rows in the order of their keys, after the key `after`, whose searched fields hold `text`."""
    rows = register_visible(viewer, register).order_by(register.key_field)
    if text:
        wanted = Q()
        for name in [register.key_field, *(field.name for field in register.fields if field.in_search)]:
            wanted |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(wanted)
    if after:
        rows = rows.filter(**{f"{register.key_field}__gt": after})
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], str(getattr(found[limit - 1], register.key_field)) if more else "")


def register_row(viewer: Viewer, register: Register, key: str) -> Model:
    """One row of a register. Raises `NotVisibleError`."""
    row = register_visible(viewer, register).filter(**{register.key_field: key}).first()
    if row is None:
        raise NotVisibleError(key)
    return row


def register_visible(viewer: Viewer, register: Register) -> QuerySet[Model]:
    """The rows of a register that exist for the viewer."""
    scope = viewer.scope(register, VIEW)
    rows: QuerySet[Model] = apps.get_model(register.model)._default_manager.all()
    return rows.filter(scope.in_areas(register.area_field)) if scope.areas else rows.none()


def _seen(viewer: Viewer, item: Item) -> bool:
    return visible(viewer, registry.kind(item.kind)).filter(pk=item.pk).exists()


def _fits(item: Item, query: ListQuery) -> bool:
    return (
        (not query.state or item.state == query.state)
        and (not query.open_only or item.closed_at is None)
        and (query.priority is None or item.priority == query.priority)
        and (not query.category or f"{item.category}.".startswith(f"{query.category}."))
        and item.area_code.startswith(query.area)
        and (query.since is None or item.opened_at >= query.since)
        and (query.until is None or item.opened_at < query.until)
    )
