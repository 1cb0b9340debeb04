"""An import run and its rejected rows as the import pages show them."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anning.kernel.contract.kinds import Kind
from anning.kernel.importing.models import Reject, Run, RunState


def run_shown(run: Run, now: datetime) -> dict[str, Any]:
    """A run with its rate and the time left, as `generic/_import_run.html` shows it."""
    spent = max(((run.finished_at or now) - run.started_at).total_seconds(), 0.001)
    rate = run.read / spent
    left = max(run.expected - run.read, 0)
    return {
        "name": run.file_name,
        "total": run.expected or None,
        "read": run.read,
        "imported": run.imported,
        "duplicates": run.duplicates,
        "rejected": run.rejected,
        "rate_per_s": round(rate),
        "seconds_left": round(left / rate) if rate >= 1 else None,
        "finished": run.state != RunState.RUNNING,
        "error": run.error,
    }


def past_run(kind: Kind, run: Run) -> dict[str, Any]:
    """A line of the list of earlier imports."""
    counts = _("%(imported)d taken in, %(duplicates)d already there, %(rejected)d put aside") % {
        "imported": run.imported,
        "duplicates": run.duplicates,
        "rejected": run.rejected,
    }
    url = reverse("generic:import_run", args=[kind.code, run.pk])
    return {"at": run.started_at, "name": run.file_name, "url": url, "counts": counts}


def reject_lines(kind: Kind, reject: Reject) -> list[dict[str, Any]]:
    """The faults of a rejected row, each a line, with the page that shows the values and mends them."""
    url = reverse("generic:import_row", args=[kind.code, reject.run_id, reject.line])
    return [
        {"line": reject.line, "field": fault["field"], "reason": fault["reason"], "url": url} for fault in reject.faults
    ]
