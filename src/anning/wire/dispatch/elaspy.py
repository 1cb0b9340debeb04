"""The layout of files that the ambulance simulator ELASPY reads and writes; its times are minutes.

One folder holds the travel matrix, nodes, hospitals and, by the name of a run, five columns about its calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch

import numpy as np

from anning.engines.dispatch.replay.model import (
    NEAREST_HOSPITAL,
    NO_HOSPITAL,
    Ground,
    make_calls,
    make_fleet,
    make_ground,
)
from anning.wire.dispatch.case import Case, Expected
from anning.wire.dispatch.tables import (
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
    yes_no,
)

MINUTE_S = 60.0
HOMEWARD_SPEED = 0.95
"""Speed without siren over that with, in the published runs."""
PER_CALL = ("interarrival_times", "location_IDs", "on_site_aid_times", "drop_off_times", "to_hospital_bool")

Roster = tuple[tuple[str, ...], list[int], str]
"""Names of the units, their bases, and where that was read."""


def read_elaspy(files: Mapping[str, str], run: str, roster: tuple[str, str] | None = None) -> Case:
    """The case of one run.

    Parameters:
        files: text by file name: all ``.csv`` of the folder.
        run: the end of the names of its files, such as "diesel_3".
        roster: name and text of a file with columns Ambulance and Base. Without one, each unit's base is where it first
            sets out in the trace of the run (`Ambulance_Test_…`), if the trace knows as many units as were free at the
            first call; or else from the only `Base_Locations_Ambulances_…` with so many units. Failing that, units that
            never set out in the trace are left out, since they answered nothing.

    Raises:
        FileFault: a file lacks or cannot be read; the message says which, where and what to do.
    """
    nodes, ground = _ground(files)
    columns = {name: _single(files, f"{name}*_{run}.csv") for name in PER_CALL}
    calls_table = columns["interarrival_times"]
    for name, table in columns.items():
        if len(table) != len(calls_table):
            raise FileFault(f"{table.file}: {len(table)} rows for {len(calls_table)} calls in {calls_table.file}")
        if len(table.heading) != 1:
            raise FileFault(f"{table.file}: line 1: {len(table.heading)} columns; {name} has one")
    read = {name: table.heading[0] for name, table in columns.items()}
    gaps = columns["interarrival_times"].column(read["interarrival_times"], amount)
    taken = np.array(columns["to_hospital_bool"].column(read["to_hospital_bool"], yes_no), np.bool_)
    calls = make_calls(
        np.cumsum(gaps) * MINUTE_S,
        columns["location_IDs"].column(read["location_IDs"], one_of(nodes, "nodes")),
        np.array(columns["on_site_aid_times"].column(read["on_site_aid_times"], amount)) * MINUTE_S,
        hospital=np.where(taken, NEAREST_HOSPITAL, NO_HOSPITAL),
        drop_off_s=np.array(columns["drop_off_times"].column(read["drop_off_times"], amount)) * MINUTE_S,
    )
    units, bases, source = _roster(files, run, roster, nodes)
    return Case(
        calls=calls,
        fleet=make_fleet(bases),
        ground=ground,
        call_ids=tuple(str(i) for i in range(len(calls))),
        unit_ids=units,
        node_ids=tuple(nodes),
        source=source,
        expected=_expected(files, run, units),
    )


def runs_in(files: Mapping[str, str]) -> list[str]:
    """Names of the runs a folder holds the calls of, for a message or a default."""
    stems = [name.lower().removesuffix(".csv") for name in files if name.lower().startswith(f"{PER_CALL[0]}_")]
    return sorted(stem.removeprefix(f"{PER_CALL[0]}_").removeprefix("test_run_simulation_") for stem in stems)


def _ground(files: Mapping[str, str]) -> tuple[dict[str, int], Ground]:
    """Nodes by name and the ground they make."""
    name = _name(files, "siren_driving_matrix*.csv")
    labels, minutes = read_matrix(name, files[name])
    table = _single(files, "nodes_*.csv")
    nodes = numbered(table, table.heading[0])
    if nodes != labels:
        odd = sorted(set(nodes) ^ set(labels))[:3]
        raise FileFault(
            f"{table.file}: its {len(nodes)} nodes must be the {len(labels)} of {name}, in order; see {odd}"
        )
    hospitals = _single(files, "hospital_*.csv")
    ground = make_ground(
        minutes * MINUTE_S,
        table.column("x", number),
        table.column("y", number),
        hospitals=hospitals.column(hospitals.heading[0], one_of(nodes, f"nodes of {name}")),
        homeward_speed=HOMEWARD_SPEED,
    )
    return labels, ground


def _roster(files: Mapping[str, str], run: str, given: tuple[str, str] | None, nodes: Mapping[str, int]) -> Roster:
    """Units in order of their numbers, their bases, and where that was read."""
    if given:
        return _listed(read_table(*given), nodes)
    number_of_units = _first_free(files, run)
    trace = _maybe(files, f"ambulance_*_{run}.csv")
    seen = _traced(trace, nodes) if trace else None
    if seen and (number_of_units is None or len(seen[0]) == number_of_units):
        return seen
    lists = [name for name in sorted(files) if fnmatch(name.lower(), "base_locations_ambulances_*.csv")]
    rosters = [_listed(read_table(name, files[name]), nodes) for name in lists]
    fitting = [roster for roster in rosters if number_of_units is None or len(roster[0]) == number_of_units]
    if len(fitting) == 1:
        return fitting[0]
    if seen:
        return seen[0], seen[1], f"{seen[2]}: {len(seen[0])} of {number_of_units} units, the others never set out"
    raise FileFault(
        f"no base is known for every unit of {run}: give a file with columns Ambulance and Base by --roster FILE"
        + (f" (the folder holds {', '.join(lists)})" if lists else "")
    )


def _listed(table: Table, nodes: Mapping[str, int]) -> Roster:
    units = tuple(numbered(table, "Ambulance"))
    return units, table.column("Base", one_of(nodes, "nodes")), table.file


def _traced(table: Table, nodes: Mapping[str, int]) -> Roster | None:
    """The units that ever set out, with the node each first did so from; None where none did."""
    units = table.column("ambulance_ID", whole)
    starts = table.column("source_location_ID", lambda text: one_of(nodes, "nodes")(text) if text else -1)
    first: dict[int, int] = {}
    for unit, start in zip(units, starts, strict=True):
        if start >= 0:
            first.setdefault(unit, start)
    order = sorted(first)
    return (tuple(map(str, order)), [first[unit] for unit in order], table.file) if order else None


def _first_free(files: Mapping[str, str], run: str) -> int | None:
    """How many units there are: as many as were free at the first call, by the expected answers; None if unknown."""
    table = _maybe(files, f"patient_*_{run}.csv")
    if table is None or not len(table) or not table.has("nr_ambulances_available"):
        return None
    return table.column("nr_ambulances_available", lambda text: whole(text or "0"))[0] or None


def _expected(files: Mapping[str, str], run: str, units: tuple[str, ...]) -> Expected | None:
    table = _maybe(files, f"patient_*_{run}.csv")
    if table is None:
        return None
    known = {unit: row for row, unit in enumerate(units)}
    sent = np.array(table.column("assigned_to_ambulance_nr", lambda text: known.get(label(text), -1)), np.int64)
    return Expected(table.file, sent, np.array(table.column("response_time", number)) * MINUTE_S)


def _maybe(files: Mapping[str, str], pattern: str) -> Table | None:
    found = [name for name in files if fnmatch(name.lower(), pattern.lower())]
    return read_table(found[0], files[found[0]]) if len(found) == 1 else None


def _single(files: Mapping[str, str], pattern: str) -> Table:
    name = _name(files, pattern)
    return read_table(name, files[name])


def _name(files: Mapping[str, str], pattern: str) -> str:
    """The one file of the folder whose name fits, in either case."""
    found = sorted(name for name in files if fnmatch(name.lower(), pattern.lower()))
    if len(found) != 1:
        runs = ", ".join(runs_in(files)) or "none"
        what = f"{len(found)} files ({', '.join(found[:3])})" if found else "no file"
        raise FileFault(f"{what} fits {pattern}: exactly one must lie in the folder; its runs are: {runs}")
    return found[0]
