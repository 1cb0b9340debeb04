"""Mixed-integer programs solved by HiGHS, started from a known solution."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from anning.engines.dispatch.posts.placement import Floats


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise ``cost·x`` with ``low ≤ rows·x ≤ high`` and ``0 ≤ x ≤ upper``, the first `whole` of x whole numbers."""

    cost: Floats
    upper: Floats
    rows: csr_matrix
    low: Floats
    high: Floats
    whole: int


@dataclass(frozen=True, slots=True)
class Solved:
    """The best x found (None if none was), the proven bound and the nodes of the search tree."""

    x: Floats | None
    bound: float
    nodes: int


def solve(program: Program, *, time_limit_s: float, start: Floats | None = None) -> Solved:
    """Solve a program, in one thread, so that runs that end by themselves are the same each time.

    Parameters:
        program: what to solve.
        time_limit_s: HiGHS stops after so many seconds and tells the bound reached.
        start: a solution to begin with; one that does not fit is passed over.

    Raises:
        RuntimeError: HiGHS refuses the program.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy's own types leave this one out
    solver.silent()
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", float(time_limit_s))
    if solver.passModel(_model(program)) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refuses the program: see that costs and limits are finite")
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        solver.setSolution(known)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, np.inf, int(info.mip_node_count))
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value) if found else None
    return Solved(x, float(info.mip_dual_bound), int(info.mip_node_count))


_OPTIONS = {
    "log_to_console": False,
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "random_seed": 0,
}


def _model(program: Program) -> highspy.HighsLp:
    rows = program.rows.tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, np.zeros(len(program.cost)), program.upper
    lp.row_lower_, lp.row_upper_ = program.low, program.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    kinds = np.arange(len(program.cost)) < program.whole
    lp.integrality_ = [highspy.HighsVarType.kInteger if kind else highspy.HighsVarType.kContinuous for kind in kinds]
    return lp
