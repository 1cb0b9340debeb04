"""Units as `anning dispatch recommend` reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anning.engines.dispatch.recommend import Units, make_units
from anning.wire.dispatch.skills import flags, known, words
from anning.wire.dispatch.tables import (
    FileFault,
    Table,
    amount,
    number,
    numbered,
    one_of,
    read_matrix,
    read_table,
    yes_no,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Units and what the incident asks for.

    Attributes:
        units: for the engine. ids: their names. capabilities: names of the columns of their skills.
        places: (places, capabilities), what is asked for. asked: the same as words.
    """

    units: Units
    ids: tuple[str, ...]
    capabilities: tuple[str, ...]
    places: NDArray[np.bool_]
    asked: tuple[str, ...]


def read_scene(
    units: tuple[str, str],
    needs: Sequence[str],
    *,
    matrix: tuple[str, str] | None = None,
    at: str = "",
    unit_s: float = 1.0,
) -> Scene:
    """Units from a table, with their travel from its column `travel_s`, or from a matrix by their column `node`.

    Parameters:
        units: name and text of the table.
        needs: for each unit wanted, the words of its capabilities; "" for any unit.
        matrix: name and text of a travel matrix. at: the incident's node in it. unit_s: seconds in its unit.

    Raises:
        FileFault: something cannot be read; the message says where.
    """
    table = read_table(*units)
    ids = tuple(numbered(table, "unit"))
    skills = table.column("skills", words) if table.has("skills") else [frozenset[str]()] * len(ids)
    wanted = [words(text) for text in needs] or [frozenset[str]()]
    names = known(skills, wanted)
    travel = _travel(table, matrix, at, unit_s)
    share = _column(table, "cover_left", 1.0)
    for row, value in enumerate(share):
        if not 0 <= value <= 1:
            raise table.fault(row, "cover_left", f"{value:g} is no share, 0 to 1")
    found = make_units(
        travel,
        flags(skills, names),
        on_duty=np.array(table.column("on_duty", yes_no) if table.has("on_duty") else [True] * len(ids), np.bool_),
        free_in_s=_column(table, "free_in_s", 0.0),
        age_s=_column(table, "age_s", np.nan if table.has("age_s") else 0.0),
        shift_left_s=_signed(table, "shift_left_s"),
        cover_left=share,
    )
    asked = tuple(" ".join(sorted(cell)) or "any unit" for cell in wanted)
    return Scene(found, ids, names, flags(wanted, names), asked)


def _travel(table: Table, matrix: tuple[str, str] | None, at: str, unit_s: float) -> NDArray[np.float64]:
    if matrix is None:
        if not table.has("travel_s"):
            raise FileFault(f"{table.file}: line 1: no column 'travel_s'; give it, or --travel MATRIX and --at NODE")
        return _column(table, "travel_s", np.inf)
    labels, travel = read_matrix(*matrix)
    if at not in labels:
        raise FileFault(f"{matrix[0]}: line 1: no node {at!r}; --at must name one of its {len(labels)} nodes")
    rows = table.column("node", one_of(labels, f"nodes of {matrix[0]}"))
    return np.asarray(travel[rows, labels[at]] * unit_s)


def _column(table: Table, name: str, otherwise: float) -> NDArray[np.float64]:
    """Numbers 0 or more, `otherwise` where a cell is empty or there is no such column; "inf" is allowed."""

    def read(text: str) -> float:
        return otherwise if not text else np.inf if text.lower() == "inf" else amount(text)

    return np.array(table.column(name, read) if table.has(name) else [otherwise] * len(table), np.float64)


def _signed(table: Table, name: str) -> NDArray[np.float64]:
    """Numbers of any sign, inf where empty: a shift may have ended already."""

    def read(text: str) -> float:
        return np.inf if not text or text.lower() == "inf" else number(text)

    return np.array(table.column(name, read) if table.has(name) else [np.inf] * len(table), np.float64)
