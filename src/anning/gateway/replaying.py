"""Replay over files: from a folder to answers, a summary in words and one in figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from anning.engines.dispatch.replay.model import NO_HOSPITAL, Homeward, Policy, Queue
from anning.engines.dispatch.replay.run import Outcome, replay
from anning.engines.dispatch.replay.summary import Response, Work, response_of, work_of
from anning.wire.dispatch.case import Case
from anning.wire.dispatch.elaspy import read_elaspy, runs_in
from anning.wire.dispatch.layout import read_layout
from anning.wire.dispatch.tables import FileFault, write_table

QUEUES = {"first-come": Queue.FIRST_COME, "by-priority": Queue.BY_PRIORITY, "lost": Queue.LOST}
HOMEWARD = {"interpolated": Homeward.INTERPOLATED, "at-base": Homeward.AT_BASE}
_HEADING = (
    "call",
    "time_s",
    "node",
    "unit",
    "start",
    "wait_s",
    "travel_s",
    "response_s",
    "response_min",
    "done_s",
    "hospital",
    "free",
)


@dataclass(frozen=True, slots=True)
class Report:
    """A replay that has been run. `work` is None where the log is too short to span any time."""

    case: Case
    outcome: Outcome
    response: Response
    work: Work | None


def policy(queue: str, homeward: str, turn_out_s: float, reserve: int, reserve_for: int) -> Policy:
    """The policy the words of the command stand for."""
    return Policy(HOMEWARD[homeward], QUEUES[queue], turn_out_s, reserve, reserve_for)


def anning(files: Mapping[str, str], homeward_speed: float | None) -> Case:
    """A folder in Anning's layout."""
    return read_layout(files, homeward_speed=1.0 if homeward_speed is None else homeward_speed)


def elaspy(
    files: Mapping[str, str], run: str, roster: tuple[str, str] | None, homeward_speed: float | None = None
) -> Case:
    """A run of a folder in the layout of ELASPY; the only one, if none is named."""
    runs = runs_in(files)
    if not run and len(runs) != 1:
        raise FileFault(f"the folder holds {len(runs)} runs ({', '.join(runs) or 'none'}): name one by --run")
    case = read_elaspy(files, run or runs[0], roster)
    return case if homeward_speed is None else replace(case, ground=replace(case.ground, homeward_speed=homeward_speed))


def play(case: Case, chosen: Policy, targets_s: tuple[float, ...]) -> Report:
    """Run the replay and sum it up."""
    outcome = replay(case.calls, case.fleet, case.ground, chosen)
    spans = len(case.calls) > 1 and case.calls.time_s[-1] > case.calls.time_s[0]
    return Report(
        case,
        outcome,
        response_of(case.calls, outcome, targets_s=targets_s),
        work_of(case.calls, outcome, case.fleet) if spans else None,
    )


def summary(report: Report) -> dict[str, Any]:
    """The results in figures; times in seconds."""
    said, case = report.response, report.case
    found: dict[str, Any] = {
        "calls": said.calls,
        "answered": said.answered,
        "waited": said.waited,
        "units": len(case.fleet),
        "roster": case.source,
        "mean_response_s": said.mean.value,
        "mean_response_95_s": [said.mean.low, said.mean.high],
        "mean_response_min": said.mean.value / 60,
        "mean_wait_s": said.wait.value,
        "median_response_s": said.median.value,
        "median_response_95_s": [said.median.low, said.median.high],
        "ninth_decile_s": said.ninth_decile,
        "within": {f"{target:g}": [part.value, part.low, part.high] for target, part in said.within.items()},
        "mean_busy": float(report.work.share.mean()) if report.work else None,
    }
    if case.expected:
        found["expected"] = _compared(report)
    return found


def lines(report: Report) -> Iterator[str]:
    """The results in words."""
    said, case = report.response, report.case
    yield f"{said.calls:,} calls, {len(case.fleet):,} units (roster: {case.source})"
    yield f"answered {said.answered:,}, of which {said.waited:,} waited for a unit"
    if said.answered:
        mean = said.mean
        yield f"mean response {mean.value:.1f} s (95 %: {mean.low:.1f} to {mean.high:.1f})"
        yield f"median {said.median.value:.1f} s, nine of ten within {said.ninth_decile:.1f} s"
    for target, part in said.within.items():
        yield f"within {target:g} s: {part.value:.1%} (95 %: {part.low:.1%} to {part.high:.1%})"
    if report.work:
        yield f"units were busy {report.work.share.mean():.1%} of the time, the busiest {report.work.share.max():.1%}"
    if case.expected:
        found = _compared(report)
        yield (
            f"beside {case.expected.file}: the same unit for {found['same_unit']:,} of {said.calls:,} calls, "
            f"response times differ by at most {found['worst_difference_s']:.3g} s"
        )


def write(report: Report, folder: Path) -> None:
    """Write what became of each call and what each unit did, as two tables."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answers.csv").write_text(_answers(report), encoding="utf-8")
    if report.work:
        (folder / "units.csv").write_text(_work(report.case, report.work), encoding="utf-8")


def _compared(report: Report) -> dict[str, Any]:
    """How the answers differ from those of an earlier run; a call only one run answered counts as infinitely off."""
    expected, outcome = report.case.expected, report.outcome
    assert expected is not None  # asked for only where it is there
    size = min(len(expected.unit), len(outcome.unit))
    ours, theirs = outcome.response_s[:size], expected.response_s[:size]
    off = np.where(np.isnan(ours) & np.isnan(theirs), 0.0, np.nan_to_num(np.abs(ours - theirs), nan=np.inf))
    worst = float(off.max(initial=0.0))
    return {
        "file": expected.file,
        "calls": len(expected.unit),
        "same_unit": int(np.sum(outcome.unit[:size] == expected.unit[:size])),
        "worst_difference_s": worst,
        "worst_difference_min": worst / 60,
    }


def _answers(report: Report) -> str:
    case, done = report.case, report.outcome
    units, nodes = (*case.unit_ids, ""), (*case.node_ids, "", "")
    columns = (
        case.call_ids,
        case.calls.time_s.tolist(),
        [nodes[node] for node in case.calls.node],
        [units[unit] for unit in done.unit],
        [nodes[node] for node in done.start],
        done.wait_s.tolist(),
        done.travel_s.tolist(),
        done.response_s.tolist(),
        (done.response_s / 60).tolist(),
        done.done_s.tolist(),
        [nodes[node] if node != NO_HOSPITAL else "" for node in done.hospital],
        done.free.tolist(),
    )
    return write_table(_HEADING, list(zip(*columns, strict=True)))


def _work(case: Case, work: Work) -> str:
    columns = (work.calls, work.busy_s, work.duty_s, work.share, work.low, work.high)
    rows = zip(case.unit_ids, *(column.tolist() for column in columns), strict=True)
    return write_table(("unit", "calls", "busy_s", "duty_s", "busy_share", "low", "high"), list(rows))
