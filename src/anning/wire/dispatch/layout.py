"""A replay in Anning's own layout: one folder of tables, times in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np

from anning.engines.dispatch.replay.model import (
    NEAREST_HOSPITAL,
    NO_HOSPITAL,
    Calls,
    Fleet,
    Ground,
    make_calls,
    make_fleet,
    make_ground,
)
from anning.wire.dispatch.case import Case, Expected
from anning.wire.dispatch.skills import bits, known, words
from anning.wire.dispatch.tables import (
    FALSE,
    FileFault,
    Table,
    amount,
    label,
    number,
    numbered,
    one_of,
    read_matrix,
    read_table,
    whole,
)

NEEDED = ("travel.csv", "nodes.csv", "calls.csv", "units.csv")
"""Files that must be there; `duty.csv`, `hospitals.csv` and `expected.csv` may be."""


def read_layout(files: Mapping[str, str], *, homeward_speed: float = 1.0) -> Case:
    """The case of a folder.

    Parameters:
        files: text by file name.
        homeward_speed: speed on the way home over that on the way to a call.

    Raises:
        FileFault: a file lacks or cannot be read; the message says which, where and what to do.
    """
    lacking = [name for name in NEEDED if name not in files]
    if lacking:
        raise FileFault(f"{', '.join(lacking)}: not in the folder; a replay needs {', '.join(NEEDED)}")
    nodes, ground = _ground(files, homeward_speed)
    calls_table, units_table = (read_table(name, files[name]) for name in ("calls.csv", "units.csv"))
    units = numbered(units_table, "unit")
    skills = units_table.column("skills", words) if units_table.has("skills") else [frozenset[str]()] * len(units)
    needs = calls_table.column("needs", words) if calls_table.has("needs") else [frozenset[str]()] * len(calls_table)
    names = known(skills, needs)
    calls, order = _calls(calls_table, nodes, bits(needs, names))
    ids = list(numbered(calls_table, "call")) if calls_table.has("call") else [str(i) for i in range(len(order))]
    call_ids = tuple(ids[row] for row in order)
    bases = units_table.column("base", one_of(nodes, "nodes of travel.csv"))
    return Case(
        calls=calls,
        fleet=_fleet(files, bases, bits(skills, names), units),
        ground=ground,
        call_ids=call_ids,
        unit_ids=tuple(units),
        node_ids=tuple(nodes),
        source="units.csv",
        expected=_expected(files, call_ids, units),
    )


def moment(text: str) -> float:
    """Seconds: a number as it stands, or an ISO 8601 moment as seconds since 1970; UTC where it names no zone.

    Raises:
        ValueError: it is neither.
    """
    try:
        return number(text)
    except ValueError:
        pass
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither seconds nor a moment such as 2026-11-24T08:30:00+08:00") from None
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()


def _ground(files: Mapping[str, str], speed: float) -> tuple[dict[str, int], Ground]:
    labels, travel = read_matrix("travel.csv", files["travel.csv"])
    table = read_table("nodes.csv", files["nodes.csv"])
    at = numbered(table, "node")
    missing = [name for name in labels if name not in at]
    if missing:
        raise FileFault(f"nodes.csv: no row for {missing[0]!r} of travel.csv ({len(missing)} lack)")
    rows = [at[name] for name in labels]
    x, y = (np.array(table.column(name, number))[rows] for name in ("x", "y"))
    hospitals: list[int] = []
    if "hospitals.csv" in files:
        hospitals = read_table("hospitals.csv", files["hospitals.csv"]).column("node", one_of(labels, "nodes"))
    return labels, make_ground(travel, x, y, hospitals=hospitals, homeward_speed=speed)


def _calls(table: Table, nodes: Mapping[str, int], needs: np.ndarray) -> tuple[Calls, list[int]]:
    """The calls in order of time, and the rows they stood in."""

    def hospital(text: str) -> int:
        if text.lower() in FALSE:
            return NO_HOSPITAL
        return NEAREST_HOSPITAL if text.lower() in ("nearest", "yes", "true", "1") else one_of(nodes, "nodes")(text)

    n = len(table)
    time = np.array(table.column("time", moment), np.float64)
    order = np.argsort(time, kind="stable")
    taken = np.array(table.column("hospital", hospital) if table.has("hospital") else [NO_HOSPITAL] * n, np.int64)
    drop_off = np.array(_optional(table, "drop_off_s", n), np.float64)
    priority = table.column("priority", lambda text: whole(text or "1")) if table.has("priority") else [1] * n
    early = [row for row, value in enumerate(priority) if value < 1]
    if early:
        raise table.fault(early[0], "priority", f"{priority[early[0]]} is below 1, the most urgent")
    calls = make_calls(
        time[order],
        np.array(table.column("node", one_of(nodes, "nodes of travel.csv")), np.int64)[order],
        np.array(table.column("on_scene_s", amount), np.float64)[order],
        hospital=taken[order],
        drop_off_s=drop_off[order],
        priority=np.array(priority, np.int64)[order],
        needs=needs[order],
    )
    return calls, order.tolist()


def _optional(table: Table, name: str, n: int) -> list[float]:
    return table.column(name, lambda text: amount(text or "0")) if table.has(name) else [0.0] * n


def _fleet(files: Mapping[str, str], bases: list[int], skills: np.ndarray, units: Mapping[str, int]) -> Fleet:
    if "duty.csv" not in files:
        return make_fleet(bases, skills=skills)
    table = read_table("duty.csv", files["duty.csv"])
    on_s, off_s = table.column("on", moment), table.column("off", moment)
    whose = table.column("unit", one_of(units, "units of units.csv"))
    for row, (begins, ends) in enumerate(zip(on_s, off_s, strict=True)):
        if not begins < ends:
            raise table.fault(row, "off", "a spell of duty must end after it begins")
    try:
        return make_fleet(bases, skills=skills, on_s=on_s, off_s=off_s, of_unit=whose)
    except ValueError as error:
        raise FileFault(f"duty.csv: {error} (units are counted from 0 in the order of units.csv)") from error


def _expected(files: Mapping[str, str], call_ids: tuple[str, ...], units: Mapping[str, int]) -> Expected | None:
    """The answers of `expected.csv`, whose empty cells say that nobody came."""
    if "expected.csv" not in files:
        return None
    table = read_table("expected.csv", files["expected.csv"])
    at = numbered(table, "call")
    lacking = [name for name in call_ids if name not in at]
    if lacking:
        raise FileFault(f"expected.csv: no row for call {lacking[0]!r} ({len(lacking)} lack)")
    rows = [at[name] for name in call_ids]
    sent = table.column("unit", lambda text: units.get(label(text), -2) if text else -1)
    response = table.column("response_s", lambda text: number(text) if text else np.nan)
    return Expected(table.file, np.array(sent, np.int64)[rows], np.array(response, np.float64)[rows])
