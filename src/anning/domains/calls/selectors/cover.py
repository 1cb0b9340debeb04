"""What a unit's own area keeps of its cover when the unit leaves it, by recent demand and Erlang's loss formula."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anning.domains.calls.selectors.demand import per_hour
from anning.domains.calls.selectors.durations import HANDLES, mean_task_s
from anning.domains.calls.selectors.fleet import Candidate
from anning.engines.dispatch.erlang import erlang_b
from anning.kernel.org.models import UnitStatus

DISTRICT = 6
"""Characters of a district's code: a unit covers its whole district with the others of its kind."""


def cover_left(fleet: Sequence[Candidate]) -> NDArray[np.float64]:
    """Share of its own area's calls that still finds a unit of its kind free there when each unit leaves; float64[n].

    The free units left behind serve the area's recent demand, each for as long as tasks have been taking; a call that
    finds them all busy is lost to the area. 1 where demand or durations are not known.
    """
    free = Counter(_group(one) for one in fleet if one.status == UnitStatus.FREE)
    left = np.array([max(0, free[_group(one)] - 1) for one in fleet], np.int64)
    offered = {group: _offered(*group) for group in set(map(_group, fleet))}
    traffic = np.array([offered[_group(one)] for one in fleet], np.float64)
    kept = np.asarray(1.0 - erlang_b(left, np.nan_to_num(traffic)))
    return np.where(np.isnan(traffic) | (traffic == 0), 1.0, np.clip(kept, 0.0, 1.0))


def _group(unit: Candidate) -> tuple[str, str, str]:
    return unit.agency_kind, unit.kind, unit.area_code[:DISTRICT]


def _offered(agency_kind: str, _kind: str, area_code: str) -> float:
    """Erlang of an area's incidents for a kind of agency; NaN where it is not known."""
    lasting = mean_task_s(agency_kind)
    if agency_kind not in HANDLES or lasting is None:
        return float("nan")
    return per_hour(area_code, HANDLES[agency_kind]) / 3600.0 * lasting
