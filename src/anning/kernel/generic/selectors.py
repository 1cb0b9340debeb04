"""What the generic pages and the API show of any kind of work or register, within the viewer's scope."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Field, Kind, Register
from anning.kernel.contract.roles import OVERSIGHT
from anning.kernel.generic.query import MOST, ListQuery, cursor_of, read_cursor
from anning.kernel.search.selectors import matching
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Item, Link
from anning.kernel.work.selectors.items import in_sight, parse_number, visible, within

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of a list and the cursors of the next and previous ones, empty at the ends."""

    rows: list[T]
    next: str
    previous: str = ""


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


def overseen(viewer: Viewer, number: str, kind: str = "") -> Item:
    """An item the viewer sees, or whose trail they oversee. Raises `NotVisibleError`."""
    prefix, pk = parse_number(number)
    try:
        declared = registry.kind_by_prefix(prefix)
    except registry.UnknownKindError:
        raise NotVisibleError(number) from None
    roles = declared.may.get(VIEW, frozenset()) | OVERSIGHT
    found = within(Item.objects.filter(kind=declared.code, pk=pk), viewer.scope_of(declared.code, roles)).first()
    if found is None or kind not in ("", declared.code):
        raise NotVisibleError(number)
    return found


def items_page(viewer: Viewer, kind: Kind, query: ListQuery) -> Page[Item]:
    """A page of the kind's items, newest first; with a text, those the search index finds."""
    if query.text:
        return _found(viewer, kind, query)
    place = read_cursor(query.cursor)
    back = place is not None and place[2]
    items = filtered(viewer, kind, query)
    rows = list((items.reverse() if back else items)[: query.limit + 1])
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if back:
        rows.reverse()
    if not rows:
        return Page([], "")
    older = cursor_of(rows[-1].opened_at, rows[-1].pk) if more or back else ""
    newer = cursor_of(rows[0].opened_at, rows[0].pk, back=True) if (more if back else place) else ""
    return Page(rows, older, newer)


def found_all(viewer: Viewer, kind: Kind, query: ListQuery, permission: str) -> Iterator[list[Item]]:
    """Every item a query with a text finds where the viewer has `permission`, in batches."""
    query = replace(query, cursor="", limit=MOST)
    while True:
        page = _found(viewer, kind, query, permission)
        yield page.rows
        if not page.next:
            return
        query = replace(query, cursor=page.next)


def _found(viewer: Viewer, kind: Kind, query: ListQuery, permission: str = VIEW) -> Page[Item]:
    place = read_cursor(query.cursor)
    narrow = filtered(viewer, kind, replace(query, cursor=""), permission)
    rows = matching(viewer, kind, query.text, query.limit, narrow=narrow, below=place[1] if place else None)
    full = len(rows) == query.limit
    return Page(rows, cursor_of(rows[-1].opened_at, rows[-1].pk) if full else "")


def filtered(viewer: Viewer, kind: Kind, query: ListQuery, permission: str = VIEW) -> QuerySet[Item]:
    """The kind's items a query asks for (its text left aside), newest first, from its cursor on."""
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
    return _beyond(_by_fields(items, kind, query), query.cursor).order_by("-opened_at", "-pk")


def _by_fields(items: QuerySet[Item], kind: Kind, query: ListQuery) -> QuerySet[Item]:
    allowed = {field.name for field in kind.fields if field.in_filter}
    for name, value in query.fields:
        if kind.detail and name in allowed:
            having = holding(apps.get_model(kind.detail)._default_manager.all(), name, value)
            items = items.filter(pk__in=having.values("item_id"))
    return items


def _beyond(items: QuerySet[Item], cursor: str) -> QuerySet[Item]:
    place = read_cursor(cursor)
    if place is None:
        return items
    at, pk, back = place
    if back:
        return items.filter(Q(opened_at__gt=at) | Q(opened_at=at, pk__gt=pk))
    return items.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))


def holding(rows: QuerySet[Model], name: str, value: str) -> QuerySet[Model]:
    """The rows whose field `name` is `value`; none when that is no value the field can have."""
    try:
        return rows.filter(**{name: value})
    except (ValueError, TypeError, ValidationError):
        return rows.none()


def details_of(items: Sequence[Item], kind: Kind) -> dict[int, Model]:
    """The rows of the kind's detail model by item id, with what declared fields reach over relations: one query."""
    if not kind.detail or not items:
        return {}
    related = {field.name.rpartition("__")[0] for field in kind.fields if "__" in field.name}
    found = apps.get_model(kind.detail)._default_manager.filter(item__in=[item.pk for item in items])
    return {row.item_id: row for row in (found.select_related(*sorted(related)) if related else found)}


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
    ends = {link.pk: link.target if link.source_id == item.pk else link.source for link in links}
    seen = in_sight(viewer, [(end.pk, end.kind) for end in ends.values()])
    return [link for link in links if ends[link.pk].pk in seen]


def register_page(viewer: Viewer, register: Register, query: ListQuery) -> Page[Model]:
    """A page of a register's rows in the order of their keys; the query's cursor is the key after which it goes on."""
    rows = register_filtered(viewer, register, query.text, query.fields)
    if query.cursor:
        rows = rows.filter(**{f"{register.key_field}__gt": _key(register, query.cursor)})
    found = list(rows[: query.limit + 1])
    more = len(found) > query.limit
    return Page(found[: query.limit], str(getattr(found[query.limit - 1], register.key_field)) if more else "")


def register_row(viewer: Viewer, register: Register, key: str) -> Model:
    """One row of a register. Raises `NotVisibleError`."""
    row = register_visible(viewer, register).filter(**{register.key_field: _key(register, key)}).first()
    if row is None:
        raise NotVisibleError(key)
    return row


def register_filtered(
    viewer: Viewer, register: Register, text: str = "", fields: Iterable[tuple[str, str]] = (), permission: str = VIEW
) -> QuerySet[Model]:
    """The rows of a register whose searched fields hold `text` and whose filter fields are as asked, by their keys."""
    rows = register_visible(viewer, register, permission)
    names = [field.name for field in register.fields if field.in_search]
    if text and names:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": text}) for name in names)))
    allowed = {field.name for field in register.fields if field.in_filter}
    for name, value in fields:
        if name in allowed:
            rows = holding(rows, name, value)
    return rows.order_by(register.key_field)


def register_visible(viewer: Viewer, register: Register, permission: str = VIEW) -> QuerySet[Model]:
    """The rows of a register that exist for the viewer, with what declared fields reach over relations."""
    scope = viewer.scope(register, permission)
    rows: QuerySet[Model] = apps.get_model(register.model)._default_manager.all()
    related = sorted({field.name.rpartition("__")[0] for field in register.fields if "__" in field.name})
    if related:
        rows = rows.select_related(*related)
    return rows.filter(scope.in_areas(register.area_field)) if scope.areas else rows.none()


def _key(register: Register, text: str) -> Any:
    """A key as its column holds it. Raises `NotVisibleError` for what cannot be one."""
    if "\0" in text:
        raise NotVisibleError(text)
    try:
        return apps.get_model(register.model)._meta.get_field(register.key_field).to_python(text)
    except ValidationError:
        raise NotVisibleError(text) from None
