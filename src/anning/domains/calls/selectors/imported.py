"""Which calls of a log, and which of their rows, are in already."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from anning.domains.calls.models import Call
from anning.kernel.work.models import Change


@dataclass
class Known:
    """The calls known among those asked for (key → item) and the rows they were made from, by row key."""

    items: dict[str, int]
    parted: bool
    rows: set[str] = field(default_factory=set)

    def has(self, record: str, row: str) -> bool:
        """Whether a row is in: by its own key where a call has several rows, else by its call's."""
        return row in self.rows if self.parted else record in self.items or row in self.rows

    def add(self, _record: str, row: str) -> None:
        """Count a row as in from now on."""
        self.rows.add(row)


def known_rows(records: Sequence[str], *, parted: bool) -> Known:
    """What is in of the calls with these keys; `parted` when a call of this log has several rows."""
    found = dict(Call.objects.filter(source_key__in=set(records)).values_list("source_key", "item_id"))
    known = Known(found, parted)
    if parted and found:
        told = Change.objects.filter(item_id__in=list(found.values()), verb="import").values_list("data", flat=True)
        known.rows = {key for data in told for key in data.get("keys", ())}
    return known
