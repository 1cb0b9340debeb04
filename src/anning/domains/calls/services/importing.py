"""Taking rows of another system's call log: each becomes a call with its incident, ended as history is.

Where a log has several rows to one call (one for each unit sent), the mapping names the column that tells calls
apart; the rows of one call then make one incident, and its stages are the first unit's to reach each.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anning.domains.calls.models import Call, Channel, Incident, Matter
from anning.domains.calls.module import INCIDENT_KIND, MATTER_KIND
from anning.domains.calls.selectors.imported import Known, known_rows
from anning.domains.calls.services.cataloguing import Cataloguer
from anning.domains.calls.services.history import CALL_FIELDS
from anning.domains.calls.services.stages import STAGES, order_faults, past
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.many import insert_rows
from anning.kernel.audit.services import record
from anning.kernel.contract.kinds import IMPORT
from anning.kernel.importing.mapping import Mapping as FileMapping
from anning.kernel.importing.rows import Fault, MappedRow
from anning.kernel.places.selectors import Place, area_named, locate
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.services.bulk import insert_many
from anning.kernel.work.services.timeline import log_on


@dataclass(frozen=True)
class Record:
    """One call of the log: its key, its category and its rows, in the order of the file."""

    key: str
    category: str
    rows: Sequence[MappedRow]

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of its first row."""
        return self.rows[0].values


def take_rows(
    viewer: Viewer, mapping: FileMapping, rows: Sequence[MappedRow], now: datetime
) -> list[list[Fault] | None]:
    """Import a batch inside the caller's transaction; one audit entry for the batch.

    Returns each row's fate: None imported, an empty list known already, else its faults.

    Raises:
        RefusedError: the viewer may not import calls.
    """
    if not viewer.scope(INCIDENT_KIND, IMPORT):
        raise RefusedError(_("You may not import calls."))
    named = mapping.settings.get("record", {}).get("key", "")
    keys = [_record_key(mapping, row, named) for row in rows]
    known = known_rows(keys, parted=bool(named))
    codes = Cataloguer(mapping)
    fates: list[list[Fault] | None] = []
    fresh: dict[str, list[MappedRow]] = {}
    for key, row in zip(keys, rows, strict=True):
        faults = [] if known.has(key, row.key) else _faults(row, codes, now) or None
        fates.append(faults)
        if faults is None:
            known.add(key, row.key)
            fresh.setdefault(key, []).append(row)
    if fresh:
        _store(viewer, mapping, codes, fresh, known, now)
    return fates


def _store(
    viewer: Viewer,
    mapping: FileMapping,
    codes: Cataloguer,
    fresh: Mapping[str, Sequence[MappedRow]],
    known: Known,
    now: datetime,
) -> None:
    later = {key: rows for key, rows in fresh.items() if key in known.items}
    records = [
        Record(key, codes.code(rows[0].values["category"]), rows) for key, rows in fresh.items() if key not in later
    ]
    made = codes.save(one.category for one in records)
    places = _places(records)
    for kind, livelihood in ((INCIDENT_KIND, False), (MATTER_KIND, True)):
        mine = [
            (one, place)
            for one, place in zip(records, places, strict=True)
            if codes.livelihood(one.category) is livelihood
        ]
        items = [_item(kind.code, one, place, codes) for one, place in mine]
        insert_many(viewer, kind, items, [past(kind, one.rows, mapping.code) for one, _place in mine], now)
        _particulars(viewer, items, [one for one, _place in mine], now)
    for key, rows in later.items():
        _add(viewer, known.items[key], rows)
    digest = hashlib.sha256("\n".join(row.key for rows in fresh.values() for row in rows).encode()).hexdigest()
    body = {"mapping": mapping.code, "calls": len(records), "added_to": len(later), "keys": digest, "categories": made}
    record(viewer, "import-calls", "calls.call", body, at=now)


def _record_key(mapping: FileMapping, row: MappedRow, named: str) -> str:
    if not named:
        return row.key
    text = f"{mapping.code}\n{row.values.get(named) or row.key}"
    return "c:" + hashlib.sha256(text.encode()).hexdigest()[:40]


def _faults(row: MappedRow, codes: Cataloguer, now: datetime) -> list[Fault]:
    faults = order_faults(row)
    if not codes.code(row.values["category"]):
        reason = _("is no category of the catalogue, and the mapping has no place for it")
        faults.append(Fault("category", row.values["category"], reason))
    late = [name for name in ("received_at", *STAGES) if row.values.get(name) and row.values[name] > now]
    return faults + [Fault(name, str(row.values[name]), _("lies in the future")) for name in late]


def _places(records: Sequence[Record]) -> list[Place]:
    """Where each call lies: by its point, else by the area it names."""
    points = [(one.values.get("lon"), one.values.get("lat")) for one in records]
    spots = [(lon, lat) for lon, lat in points if lon is not None and lat is not None]
    found = iter(locate([lon for lon, _ in spots], [lat for _, lat in spots]) if spots else ())
    return [
        next(found) if lon is not None else Place(area_named(one.values.get("area_name") or ""), False)
        for one, (lon, _lat) in zip(records, points, strict=True)
    ]


def _item(kind: str, one: Record, place: Place, codes: Cataloguer) -> Item:
    values = one.values
    ended = max((row.values["closed_at"] for row in one.rows if row.values.get("closed_at")), default=None)
    reached = [row.values[name] for row in one.rows for name in STAGES if row.values.get(name)]
    closed = ended or max(reached, default=values["received_at"])
    title = values.get("address") or values.get("narrative") or values["category"]
    return Item(
        kind=kind,
        state="closed",
        priority=values.get("priority") or codes.priority(one.category),
        title=title.replace("\n", " ")[:200],
        category=one.category,
        area_code=place.area_code,
        outside=place.outside,
        lon=values.get("lon"),
        lat=values.get("lat"),
        radius_m=values.get("radius_m"),
        opened_at=values["received_at"],
        state_at=closed,
        closed_at=closed,
    )


def _particulars(viewer: Viewer, items: Sequence[Item], records: Sequence[Record], now: datetime) -> None:
    pairs = list(zip(items, records, strict=True))
    addresses = [(item.pk, (one.values.get("address") or "")[:200]) for item, one in pairs]
    if items and items[0].kind == INCIDENT_KIND.code:
        insert_rows(
            Incident, ("item", "address", "capabilities", "flags"), [(pk, text, [], []) for pk, text in addresses]
        )
    else:
        insert_rows(Matter, ("item", "address", "outcome"), [(pk, text, "") for pk, text in addresses])
    insert_rows(Call, CALL_FIELDS, [_call(viewer, item, one, now) for item, one in pairs])


def _call(viewer: Viewer, item: Item, one: Record, now: datetime) -> tuple[Any, ...]:
    values = one.values
    when = (item.opened_at, values.get("answered_at"), now)
    what = (item.category, item.priority, values.get("narrative") or "")
    where = ((values.get("address") or "")[:200], item.lon, item.lat, item.radius_m, item.area_code)
    return (item.pk, one.key, Channel.IMPORT.value, *when, *what, *where, [], {}, "", None, viewer.label, None)


def _add(viewer: Viewer, item_id: int, rows: Sequence[MappedRow]) -> None:
    """Rows of a call imported before: what they tell of its units goes on its timeline."""
    item = Item.objects.select_for_update().get(pk=item_id)
    for row in rows:
        times = {name: row.values[name].isoformat() for name in STAGES if row.values.get(name)}
        data = {"unit": row.values.get("unit") or "", "line": row.line, "keys": [row.key], **times}
        log_on(viewer, item, "import", row.values["received_at"], data=data)
    ended = [row.values["closed_at"] for row in rows if row.values.get("closed_at")]
    closed = max([*ended, item.closed_at or item.opened_at])
    Item.objects.filter(pk=item_id).update(closed_at=closed, state_at=closed)
