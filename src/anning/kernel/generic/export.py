"""Items and register rows as CSV and JSON, read and written a batch at a time."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.timezone import localtime

from anning.kernel.access.scope import Viewer
from anning.kernel.contract.kinds import EXPORT, Field, Kind, Register
from anning.kernel.generic.present.cells import shown
from anning.kernel.generic.query import MOST, ListQuery
from anning.kernel.generic.selectors import details_of, filtered, found_all, register_filtered
from anning.kernel.places.selectors import path_label
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.naming import category_names

BATCH = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes text starting with one of these for a formula."""
BOM = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""
OWN = (
    "number",
    "state",
    "priority",
    "title",
    "category",
    "area_code",
    "area",
    "lon",
    "lat",
    "opened_at",
    "state_at",
    "closed_at",
)
Rows = Iterator[dict[str, Any]]


def item_rows(viewer: Viewer, kind: Kind, query: ListQuery) -> Rows:
    """The items a query asks for that the viewer may export, with their declared fields, as names to values."""
    if query.text:
        batches: Iterable[Sequence[Item]] = found_all(viewer, kind, query, EXPORT)
    else:
        batches = _batches(filtered(viewer, kind, query, EXPORT))
    names = category_names(kind)
    for batch in batches:
        details = details_of(batch, kind)
        for item in batch:
            yield {**_own(kind, item, names), **_declared(details.get(item.pk), kind.fields)}


def register_rows(viewer: Viewer, register: Register, text: str, fields: Iterable[tuple[str, str]]) -> Rows:
    """The rows of a register that the viewer may export, as names to values."""
    for row in register_filtered(viewer, register, text, fields, EXPORT).iterator(BATCH):
        point = {name: getattr(row, name) for name in register.point_fields or ()}
        yield {**_declared(row, register.fields), **point}


def as_csv(rows: Rows, columns: Sequence[str]) -> Iterator[str]:
    """The rows as CSV text, a line at a time; nothing in it starts a formula."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([harmless(row.get(name)) for name in columns])


def as_json(rows: Rows, columns: Sequence[str]) -> Iterator[str]:
    """The rows as one JSON array, an object at a time."""
    yield "["
    for place, row in enumerate(rows):
        values = {name: _plain(row.get(name)) for name in columns}
        yield (",\n" if place else "\n") + json.dumps(values, ensure_ascii=False)
    yield "\n]\n"


FORMATS: dict[str, tuple[Callable[[Rows, Sequence[str]], Iterator[str]], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
}
"""What writes each format, and its media type."""


def item_columns(kind: Kind) -> list[str]:
    """The columns of a kind's export."""
    return [*OWN, *(field.name for field in kind.fields)]


def register_columns(register: Register) -> list[str]:
    """The columns of a register's export."""
    return [*(field.name for field in register.fields), *(register.point_fields or ())]


def harmless(value: Any) -> str:
    """A value as a CSV cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S%z}"
    text = str(value)
    if isinstance(value, int | float) or not text.startswith(FORMULA):
        return text
    return f"'{text}"


def _own(kind: Kind, item: Item, names: dict[str, str]) -> dict[str, Any]:
    state = kind.table.by_code.get(item.state)
    return {
        **{name: getattr(item, name) for name in OWN if name != "area"},
        "state": state.title if state else item.state,
        "category": names.get(item.category, item.category),
        "area": path_label(item.area_code) if item.area_code else "",
    }


def _declared(row: Model | None, fields: Iterable[Field]) -> dict[str, Any]:
    return {field.name: shown(row, field) for field in fields} if row else {}


def _batches(items: QuerySet[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items.iterator(BATCH):
        batch.append(item)
        if len(batch) == MOST:
            yield batch
            batch = []
    yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else str(value)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
