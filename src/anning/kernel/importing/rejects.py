"""Rows put aside: sealed, opened for a purpose with a trace, emptied when settled, ended with proof."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from anning.kernel.audit.services import Actor
from anning.kernel.importing.models import Reject, RejectState, Run
from anning.kernel.importing.reading import FAULTS, LINE, RUN
from anning.kernel.importing.rows import Fault
from anning.kernel.importing.selectors import importer, open_rejects
from anning.kernel.people.services import read_rows

TO_MEND = "to mend rows that could not be taken in"
"""The purpose of looking at rows put aside: there is no other."""
FOLDER = "imports"
LEFT_FILES = timedelta(days=1)
"""An uploaded file still there after so long was left by a process that died."""


@dataclass(frozen=True)
class OpenRow:
    """A row put aside in plain: its texts by column, and its faults with the values found."""

    line: int
    raw: dict[str, str]
    faults: list[Fault]


def put_aside(run: Run, bad: Iterable[tuple[int, Mapping[str, str], Sequence[Fault]]], now: datetime) -> None:
    """Keep rows of a run (line, texts, faults), sealed, for as long as its importer says."""
    until = now + timedelta(days=importer(run.importer).reject_days)
    made = [
        Reject(run=run, line=line, row=_packed(raw, faults), faults=_plain(faults), keep_until=until)
        for line, raw, faults in bad
    ]
    Reject.objects.bulk_create(made)


def open_rows(actor: Actor, rejects: Sequence[Reject], purpose: str = TO_MEND) -> list[OpenRow]:
    """Rows of one run in plain, leaving one audit entry that says who looked, why and at which lines.

    The caller has already judged whether `actor` may see the run.
    """
    if not rejects:
        return []
    lines = [reject.line for reject in rejects]
    opened = read_rows(actor, rejects, purpose, f"importing.run:{rejects[0].run_id}", {"lines": lines})
    return [_open(reject, plain["row"]) for reject, plain in zip(rejects, opened, strict=True)]


def settle(rejects: QuerySet[Reject], state: RejectState) -> None:
    """End the waiting of rows: what they held is no longer needed and goes at once. In the caller's transaction."""
    rejects.filter(state=RejectState.OPEN).update(state=state, row="", faults=[])


def write_rejects(actor: Actor, run: Run, stream: TextIO) -> int:
    """Write a run's open rejects as CSV: the row as it was, its run and line, and every fault. Returns how many."""
    rows = open_rows(actor, list(open_rejects(run)))
    names = list(dict.fromkeys(name for row in rows for name in row.raw))
    writer = csv.DictWriter(stream, [*names, RUN, LINE, FAULTS])
    writer.writeheader()
    for row in rows:
        said = "; ".join(f"{fault.field} {fault.value!r} {fault.reason}" for fault in row.faults)
        writer.writerow({**row.raw, RUN: run.pk, LINE: row.line, FAULTS: said})
    return len(rows)


def uploads() -> Path:
    """The folder in which an uploaded file stands while it is imported."""
    return Path(settings.DATA_DIR) / FOLDER


def drop_left_files(now: datetime | None = None) -> int:
    """Delete uploaded files whose import died with its process; returns how many went."""
    until, gone = ((now or timezone.now()) - LEFT_FILES).timestamp(), 0
    for path in uploads().glob("*"):
        if path.stat().st_mtime < until:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _packed(raw: Mapping[str, str], faults: Sequence[Fault]) -> str:
    held = {"raw": {name: _shown(text) for name, text in raw.items()}, "values": [_shown(f.value) for f in faults]}
    return json.dumps(held, ensure_ascii=False)


def _shown(text: str) -> str:
    """A text as files and pages take it: NUL, which they do not, is written as its symbol."""
    return text.replace("\0", "\u2400")


def _plain(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [{"field": fault.field, "reason": str(fault.reason)} for fault in faults]


def _open(reject: Reject, text: str) -> OpenRow:
    held: dict[str, Any] = json.loads(text) if text else {"raw": {}, "values": []}
    faults = [Fault(**said, value=value) for said, value in zip(reject.faults, held["values"], strict=True)]
    return OpenRow(reject.line, held["raw"], faults)
