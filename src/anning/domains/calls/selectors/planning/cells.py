"""The cells of a replay as GeoJSON: where incidents are reached sooner or later."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from anning.domains.calls.selectors.planning.lab import Replayed
from anning.engines.dispatch.replay.compare import by_place
from anning.engines.space.cells import cell_boundary, parent_cells

COARSEST = 5
ENOUGH = 20
"""Cells are rolled up for the map until they hold this many incidents on the mean, or are `COARSEST`."""


def shown_cells(found: Replayed) -> NDArray[np.int64]:
    """The H3 cell each incident is shown in: the replay's own, or a coarser one that tells more."""
    resolution = found.cells.resolution
    shown = found.cells.cell
    while resolution > COARSEST and len(found.log) < ENOUGH * len(np.unique(shown)):
        resolution -= 1
        shown = parent_cells(found.cells.cell, resolution)
    return np.asarray(shown[found.cells.of], np.int64)


def features(found: Replayed) -> list[dict[str, Any]]:
    """One feature a cell: tone better, worse or same, the difference in seconds, its interval and how many."""
    distinct, row_of = np.unique(shown_cells(found), return_inverse=True)
    said = by_place(row_of, found.before.outcome.response_s, found.after.outcome.response_s)
    drawn = []
    for row, place in enumerate(said.place):
        mean, low, high = (float(part[row]) for part in (said.mean, said.low, said.high))
        tone = "better" if high < 0 else "worse" if low > 0 else "same"
        words = {"mean": f"{mean:+.0f}", "low": f"{low:+.0f}", "high": f"{high:+.0f}", "n": int(said.calls[row])}
        told = np.isfinite(low)
        text = (
            _("95 %%: %(low)s … %(high)s s, %(n)s incidents") if told else _("%(n)s incidents: too few for an interval")
        )
        properties = {
            "title": _("%(mean)s s") % words,
            "text": text % words,
            "tone": tone,
            "change_s": round(mean, 1),
            "low_s": round(low, 1) if told else None,
            "high_s": round(high, 1) if told else None,
            "incidents": words["n"],
            "letter": f"{mean:+.0f}".replace("-", "−") if tone != "same" else "",
        }
        ring = cell_boundary(int(distinct[place]))
        geometry = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
        drawn.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return drawn
