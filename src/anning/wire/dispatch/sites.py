"""Sites, places and travel as `anning posts solve` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch

import numpy as np
from numpy.typing import NDArray

from anning.wire.dispatch.pmed import read_pmed
from anning.wire.dispatch.tables import FileFault, amount, numbered, one_of, read_matrix, read_table

WEIGHTS = ("weight", "demand", "inhabitants", "population")
"""Columns taken for the weight when none is named."""
ELASPY = {"matrix": "siren_driving_matrix*.csv", "sites": "*base_locations_*.csv", "demand": "nodes_*.csv"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a placement is chosen over.

    Attributes:
        travel: (sites, places) in the unit of the file. weight: of each place.
        site_ids, place_ids: their names. posts: how many the file asks for, None if it does not say.
    """

    travel: NDArray[np.float64]
    weight: NDArray[np.float64]
    site_ids: tuple[str, ...]
    place_ids: tuple[str, ...]
    posts: int | None


def read_instance(file: str, text: str) -> Ground:
    """An OR-Library p-median instance: every node a site and a place of weight 1, named from 1.

    Raises:
        FileFault: as `pmed.read_pmed`.
    """
    found = read_pmed(file, text)
    names = tuple(str(i + 1) for i in range(len(found.travel)))
    return Ground(found.travel, np.ones(len(names)), names, names, found.posts)


def read_ground(
    matrix: tuple[str, str],
    *,
    sites: tuple[str, str] | None = None,
    demand: tuple[str, str] | None = None,
    weight: str = "",
    from_site: bool = False,
) -> Ground:
    """Sites and places of a travel matrix.

    Parameters:
        matrix: name and text; the cell in the row of a place and the column of a site is the travel between them.
        sites: a table whose first column (or "Base" or "site") names the sites; all nodes without one. A site named
            twice counts once.
        demand: a table whose first column names the places; all nodes with weight 1 without one.
        weight: its column of weights; without one the first of `WEIGHTS` it has.
        from_site: take the cell in the row of the site and the column of the place instead.

    Raises:
        FileFault: something cannot be read; the message says where.
    """
    labels, travel = read_matrix(*matrix)
    names = tuple(labels)
    chosen, places, load = list(range(len(names))), list(range(len(names))), np.ones(len(names))
    if sites:
        table = read_table(*sites)
        column = next((name for name in ("site", "Base") if table.has(name)), table.heading[0])
        chosen = list(dict.fromkeys(table.column(column, one_of(labels, f"nodes of {matrix[0]}"))))
    if demand:
        table = read_table(*demand)
        numbered(table, table.heading[0])
        places = table.column(table.heading[0], one_of(labels, f"nodes of {matrix[0]}"))
        column = weight or next((name for name in WEIGHTS if table.has(name)), "")
        if not column:
            raise FileFault(f"{table.file}: line 1: no column of weights; name one by --weight, or call it 'weight'")
        load = np.array(table.column(column, amount), np.float64)
    cells = travel if from_site else travel.T
    return Ground(
        travel=np.ascontiguousarray(cells[np.ix_(chosen, places)]),
        weight=load,
        site_ids=tuple(names[site] for site in chosen),
        place_ids=tuple(names[place] for place in places),
        posts=None,
    )


def elaspy_files(names: Mapping[str, object]) -> dict[str, str]:
    """Which files of a folder in the layout of ELASPY are matrix, sites and demand.

    Raises:
        FileFault: none or several fit.
    """
    found = {}
    for what, pattern in ELASPY.items():
        fits = [
            n for n in sorted(names) if fnmatch(n.lower(), pattern) and not n.lower().startswith("base_locations_amb")
        ]
        if len(fits) != 1:
            raise FileFault(
                f"{len(fits)} files fit {pattern} ({', '.join(fits[:3]) or 'none'}); one must, for the {what}"
            )
        found[what] = fits[0]
    return found
