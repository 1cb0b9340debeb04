"""Taking rows of another system's call log: each becomes a call and its incident, closed as history is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from anning.domains.calls.models import Call, Category, Channel, Incident, RelatedCategories
from anning.domains.calls.module import INCIDENT_KIND
from anning.domains.calls.selectors import catalogue, proposals
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.contract.kinds import IMPORT
from anning.kernel.importing.mapping import Mapping as FileMapping
from anning.kernel.importing.rows import Fault, MappedRow
from anning.kernel.places.selectors import locate
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Change, Item
from anning.kernel.work.services.items import cell_of

CLOSED = "closed"
KNOWN: list[Fault] = []
"""The fate of a row that is in already: no fault, and nothing new."""
_SLUG = re.compile(r"[^a-z0-9]+")


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
    known = set(Call.objects.filter(source_key__in=[row.key for row in rows]).values_list("source_key", flat=True))
    codes = _Catalogue(mapping)
    fates: list[list[Fault] | None] = []
    fresh: list[tuple[MappedRow, str]] = []
    for row in rows:
        faults = KNOWN if row.key in known else _faults(row, codes, now)
        fates.append(faults)
        if faults is None:
            known.add(row.key)
            fresh.append((row, codes.code(row.values["category"])))
    if fresh:
        codes.save()
        items = _items(fresh)
        _calls(viewer, mapping, fresh, items, now)
        body = {
            "mapping": mapping.code,
            "first": items[0].pk,
            "last": items[-1].pk,
            "keys": [row.key for row, _c in fresh],
        }
        record(viewer, "import-calls", "calls.call", body, at=now)
    return fates


class _Catalogue:
    """The categories a mapping's texts stand for; those not in the catalogue yet are made when the batch is saved."""

    def __init__(self, mapping: FileMapping) -> None:
        self.rules: Mapping[str, Any] = mapping.settings.get("catalogue", {})
        self.related: Iterable[Mapping[str, Any]] = mapping.settings.get("related", ())
        self.known = catalogue.categories()
        self.fresh: dict[str, Category] = {}

    def code(self, text: str) -> str:
        """The category code of a text of the file, '' when the mapping has no place for it."""
        if text in self.known:
            return text
        if text in self.rules.get("codes", {}):
            return str(self.rules["codes"][text])
        group, _sep, words = text.partition(self.rules.get("split", ":"))
        rule = self.rules.get("groups", {}).get(group.strip())
        if rule is None:
            return ""
        words = words.strip(" -") or group.strip()
        return self._made(group.strip(), rule, words)

    def save(self) -> None:
        """Store the categories met for the first time, and the mapping's related pairs."""
        made = [category for category in self.fresh.values() if category.code not in self.known]
        if not made:
            return
        Category.objects.bulk_create(made, ignore_conflicts=True)
        pairs = [RelatedCategories(first=r["first"], second=r["second"], weight=r["weight"]) for r in self.related]
        RelatedCategories.objects.bulk_create(pairs, ignore_conflicts=True)
        catalogue.forget()
        proposals.forget()

    def _made(self, group: str, rule: Mapping[str, Any], words: str) -> str:
        root = str(self.rules["root"])
        above = f"{root}.{_slug(group)}"
        code = f"{above}.{_slug(words)}"[:40]
        priority, handled_by = rule.get("priority", 3), rule["handled_by"]
        names = {
            root: (self.rules.get("name", root), self.rules.get("name_en", root)),
            above: (rule["name"], rule["name_en"]),
        }
        names[code] = (self.rules.get("names", {}).get(words, words.capitalize()), words.capitalize())
        for level, (made, (name, name_en)) in enumerate(names.items(), 1):
            self.fresh.setdefault(
                made,
                Category(code=made, name=name, name_en=name_en, level=level, priority=priority, handled_by=handled_by),
            )
        return code


def _slug(words: str) -> str:
    return _SLUG.sub("-", words.lower()).strip("-")


def _faults(row: MappedRow, codes: _Catalogue, now: datetime) -> list[Fault] | None:
    faults = []
    if not codes.code(row.values["category"]):
        reason = _("is no category of the catalogue, and the mapping has no place for it")
        faults.append(Fault("category", row.values["category"], reason))
    if row.values["received_at"] > now:
        faults.append(Fault("received_at", str(row.values["received_at"]), _("lies in the future")))
    return faults or None


def _items(fresh: Sequence[tuple[MappedRow, str]]) -> list[Item]:
    placed = [(row, row.values.get("lon"), row.values.get("lat")) for row, _code in fresh]
    spots = [(lon, lat) for _row, lon, lat in placed if lon is not None]
    places = iter(locate([lon for lon, _ in spots], [lat for _, lat in spots])) if spots else iter(())
    items = []
    for (row, code), (_row, lon, lat) in zip(fresh, placed, strict=True):
        place = next(places) if lon is not None else None
        at = row.values["received_at"]
        title = row.values.get("address") or row.values.get("narrative") or row.values["category"]
        items.append(
            Item(
                kind=INCIDENT_KIND.code,
                state=CLOSED,
                priority=row.values.get("priority") or _priority(code),
                title=title[:200],
                category=code,
                area_code=place.area_code if place else "",
                outside=bool(place and place.outside),
                lon=lon,
                lat=lat,
                cell=cell_of(lon, lat),
                opened_at=at,
                state_at=row.values.get("closed_at") or at,
                closed_at=row.values.get("closed_at") or at,
            )
        )
    return Item.objects.bulk_create(items)


def _priority(code: str) -> int:
    entry = catalogue.categories().get(code)
    return entry.priority if entry else 3


def _calls(
    viewer: Viewer, mapping: FileMapping, fresh: Sequence[tuple[MappedRow, str]], items: Sequence[Item], now: datetime
) -> None:
    Incident.objects.bulk_create(
        [
            Incident(item=item, address=(row.values.get("address") or "")[:200])
            for item, (row, _c) in zip(items, fresh, strict=True)
        ]
    )
    Change.objects.bulk_create(
        [_change(viewer, item, mapping.code, row) for item, (row, _c) in zip(items, fresh, strict=True)]
    )
    Call.objects.bulk_create(
        [_call(viewer, item, row, code, now) for item, (row, code) in zip(items, fresh, strict=True)]
    )


def _change(viewer: Viewer, item: Item, mapping: str, row: MappedRow) -> Change:
    data = {"mapping": mapping, "line": row.line, "area": row.values.get("area_name") or ""}
    return Change(
        item=item,
        version=1,
        verb="import",
        old="",
        new=CLOSED,
        data=data,
        at=item.opened_at,
        actor_id=viewer.user_id,
        actor=viewer.label,
    )


def _call(viewer: Viewer, item: Item, row: MappedRow, code: str, now: datetime) -> Call:
    return Call(
        item=item,
        source_key=row.key,
        channel=Channel.IMPORT,
        received_at=item.opened_at,
        answered_at=row.values.get("answered_at"),
        saved_at=now,
        category=code,
        priority=item.priority,
        narrative=row.values.get("narrative") or "",
        address=(row.values.get("address") or "")[:200],
        lon=item.lon,
        lat=item.lat,
        radius_m=row.values.get("radius_m"),
        area_code=item.area_code,
        taken_by=viewer.label,
    )
