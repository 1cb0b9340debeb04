"""Values of fields as the cells of a list, the facts of a page and the columns of an export show them."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from anning.kernel.contract.kinds import Field
from anning.kernel.contract.text import heading
from anning.kernel.generic.selectors import value_of
from anning.kernel.people.fields import Sealed
from anning.kernel.places.selectors import path_label

LONG = 60
"""Text longer than this takes a cell that wraps."""


def shown(row: Model, field: Field) -> Any:
    """The value of a field in words: choices by their labels, areas by their names, sealed ones not at all."""
    value = value_of(row, field)
    if isinstance(value, Sealed):
        return _("sealed") if value else ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name.endswith("area_code"):
        return path_label(value) if value else ""
    label = getattr(row, f"get_{field.name}_display", None)
    if label:
        return label()
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else value


def cell(row: Model, field: Field) -> dict[str, Any]:
    """A cell of a list, as `generic/_cell.html` shows it."""
    value = shown(row, field)
    return {"kind": _kind(value), "value": value, "label": field.title}


def fact(row: Model, field: Field) -> dict[str, Any]:
    """A label and value of a page, as `generic/_field.html` shows it."""
    value = shown(row, field)
    kind = _kind(value)
    return {"label": heading(field.title), "value": value, "kind": kind if kind in ("time", "long") else "text"}


def _kind(value: Any) -> str:
    if isinstance(value, datetime):
        return "time"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return "long" if len(str(value)) > LONG else "text"
