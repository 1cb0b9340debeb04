"""Opening and correcting work of any kind from its declared fields; taking data out; mending what was put aside."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.kinds import CREATE, Kind
from anning.kernel.contract.module import Importer
from anning.kernel.importing.models import Reject
from anning.kernel.importing.rows import Fault
from anning.kernel.importing.selectors import ready_mappings
from anning.kernel.importing.services import mend
from anning.kernel.places.selectors import Place, locate_one
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services.items import Draft, edit, open_item


def open_work(viewer: Viewer, kind: Kind, draft: Draft, fields: Mapping[str, Any]) -> Item:
    """Open an item with its place found and its declared fields stored.

    `source_key` is the viewer's own: repeated by them it finds the item it made, of others it says nothing.

    Raises:
        NotVisibleError: only the domain's own services open this kind.
        RefusedError: a field is not declared or not valid, or the viewer may not open work there.
    """
    if kind.opened_by:
        raise NotVisibleError(kind.code)
    if not draft.title.strip():
        raise RefusedError(_("A title and a priority from 1 to 4 are needed."))
    if draft.source_key:
        draft = replace(draft, source_key=f"u{viewer.user_id}:{draft.source_key}")
    known = _kept(kind, draft)
    if known:
        return known
    draft = _located(draft)
    if not viewer.scope(kind, CREATE).admits(draft.area_code, [draft.agency_id] if draft.agency_id else []):
        raise RefusedError(_("You may not open work of this kind there."))
    try:
        with writing():
            item = open_item(viewer, kind, draft)
            _store(kind, item, fields)
    except IntegrityError:
        known = _kept(kind, draft)
        if known is None:
            raise
        return known
    return item


def edit_work(viewer: Viewer, number: str, fields: Mapping[str, Any], *, version: int | None, reason: str = "") -> Item:
    """Correct an item's own columns; a place that moved gets its area found anew.

    Raises:
        NotVisibleError, ConflictError, RefusedError: as `work.services.items.edit`; also for half a position, a
            priority that is none, or a title left empty.
    """
    changed = dict(fields)
    if changed.get("title") == "" or changed.get("priority") not in (None, 1, 2, 3, 4):
        raise RefusedError(_("A title and a priority from 1 to 4 are needed."))
    if "lon" in changed or "lat" in changed:
        item = find(viewer, number)
        lon, lat = (changed.get(name, getattr(item, name)) for name in ("lon", "lat"))
        if (lon is None) != (lat is None):
            raise RefusedError(_("Give both longitude and latitude, or neither."))
        place = locate_one(lon, lat) if lon is not None else Place("", False)
        changed |= {"area_code": place.area_code, "outside": place.outside}
    return edit(viewer, number, changed, version=version, reason=reason)


def record_export(viewer: Viewer, subject: str, form: str, query: str) -> None:
    """Write to the audit trail that the viewer takes data out: of what, in which form, narrowed how."""
    with writing():
        record(viewer, "export", subject, {"form": form, "query": query})


def mend_row(viewer: Viewer, importer: Importer, reject: Reject, raw: dict[str, str]) -> list[Fault]:
    """Try a row put aside again as mended, by the layout its file was read by; returns the faults left.

    Raises:
        RefusedError: that layout is not at hand.
    """
    mapping = {found.code: found for found in ready_mappings(importer)}.get(reject.run.mapping)
    if mapping is None:
        raise RefusedError(_("The layout of this file is not at hand: mend the row in the file and import it again."))
    return mend(viewer, reject, importer, mapping, raw)


def _kept(kind: Kind, draft: Draft) -> Item | None:
    if not draft.source_key:
        return None
    return Item.objects.filter(kind=kind.code, source_key=draft.source_key).first()


def _located(draft: Draft) -> Draft:
    if (draft.lon is None) != (draft.lat is None):
        raise RefusedError(_("Give both longitude and latitude, or neither."))
    if draft.lon is None or draft.lat is None or draft.area_code:
        return draft
    place = locate_one(draft.lon, draft.lat)
    return replace(draft, area_code=place.area_code, outside=place.outside)


def _store(kind: Kind, item: Item, fields: Mapping[str, Any]) -> None:
    allowed = {field.name for field in kind.fields if field.in_form}
    unknown = set(fields) - allowed
    if unknown:
        raise RefusedError(_("Unknown fields: %(names)s") % {"names": ", ".join(sorted(unknown))})
    if not kind.detail:
        return
    model = apps.get_model(kind.detail)
    try:
        row = model(item=item, **{_column(model, name, value): value for name, value in fields.items()})
        row.full_clean(exclude=["item"], validate_unique=False)
    except (TypeError, ValueError, OverflowError) as error:
        raise RefusedError(_("A field cannot hold what was given: %(why)s") % {"why": error}) from error
    except ValidationError as error:
        raise RefusedError(
            "; ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())
        ) from error
    row.save(force_insert=True)


def _column(model: type[Model], name: str, value: Any) -> str:
    """The keyword that takes a field's value: for a relation given by its id, the id's own column."""
    field = model._meta.get_field(name)
    by_id = field.is_relation and not isinstance(value, Model)
    return str(getattr(field, "attname", name)) if by_id else name
