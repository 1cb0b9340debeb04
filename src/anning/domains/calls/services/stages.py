"""The stages a call of the past went through, from the times its rows give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from anning.kernel.contract.kinds import Kind
from anning.kernel.importing.rows import Fault, MappedRow
from anning.kernel.work.services.bulk import Step

STAGES: Mapping[str, tuple[str, str]] = {
    "dispatched_at": ("assigned", "assigned"),
    "en_route_at": ("depart", "en_route"),
    "arrived_at": ("arrive", "on_scene"),
    "closed_at": ("close", "closed"),
}
"""The fields that tell when a stage was reached, in their order: its verb and its state."""
_ORDER = ("received_at", *STAGES)


def order_faults(row: MappedRow) -> list[Fault]:
    """What is impossible in a row's times: a stage reached before the one that comes before it."""
    given = [(name, row.values[name]) for name in _ORDER if row.values.get(name)]
    return [
        Fault(name, str(at), _("lies before %(stage)s (%(time)s)") % {"stage": before, "time": earlier})
        for (before, earlier), (name, at) in pairwise(given)
        if at < earlier
    ]


def past(kind: Kind, rows: Sequence[MappedRow], mapping: str) -> list[Step]:
    """The timeline of one call from its rows: each stage when the first unit reached it, the end when the last did.

    Without any stage the call is closed as it is imported. Stages that only an incident has are left out of other
    kinds. Which rows it was made from stands in the data of its first step.
    """
    values = rows[0].values
    facts: dict[str, Any] = {"mapping": mapping, "line": rows[0].line, "area": values.get("area_name") or ""}
    facts["keys"] = [row.key for row in rows]
    units = [str(row.values["unit"]) for row in rows if row.values.get("unit")]
    facts |= {"units": units} if units else {}
    reached = {name: at for name in STAGES if (at := _reached(name, rows)) and STAGES[name][1] in kind.table.by_code}
    opened = values["received_at"]
    if not reached:
        return [Step("import", "closed", opened, facts)]
    steps = [Step("import", kind.table.first.code, opened, facts)]
    latest = max(reached.values())
    reached.setdefault("closed_at", latest)
    return steps + [Step(*STAGES[name], at) for name, at in reached.items() if _in_order(name, at, reached)]


def _reached(name: str, rows: Sequence[MappedRow]) -> datetime | None:
    times: list[datetime] = [row.values[name] for row in rows if row.values.get(name)]
    if not times:
        return None
    return max(times) if name == "closed_at" else min(times)


def _in_order(name: str, at: datetime, reached: Mapping[str, datetime]) -> bool:
    """Whether no later stage was reached before this one: of several units, one may have skipped a stage."""
    order = list(STAGES)
    return all(at <= reached[later] for later in order[order.index(name) + 1 :] if later in reached)
