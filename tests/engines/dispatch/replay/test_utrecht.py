"""Two published traces of a closest-unit simulation of the Utrecht ambulances: the same unit for every call."""

from __future__ import annotations

import numpy as np
import pytest

from anning.engines.dispatch.replay.run import replay
from anning.wire.dispatch.elaspy import read_elaspy

RUNS = {"diesel_3": (23, 1_400, 6.916663), "diesel_5": (20, 800, 10.178388)}


@pytest.mark.parametrize("run", RUNS)
def test_the_same_unit_and_response_for_every_call(run, shared_data):
    folder = shared_data / "dispatch" / "utrecht"
    case = read_elaspy({path.name: path.read_text("utf-8") for path in folder.glob("*.csv")}, run)
    outcome = replay(case.calls, case.fleet, case.ground)
    units, calls, mean_min = RUNS[run]
    assert (len(case.fleet), len(case.calls)) == (units, calls)
    assert case.expected is not None
    assert outcome.unit.tolist() == case.expected.unit.tolist()
    assert np.max(np.abs(outcome.response_s - case.expected.response_s)) / 60 <= 1e-9
    assert outcome.response_s.mean() / 60 == pytest.approx(mean_min, abs=5e-7)
