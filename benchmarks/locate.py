"""How many points a second are given their community, ours beside its peers in the same run, on one core.

    python -m benchmarks.locate [--points N] [--communities N] [--json]

Communities are Voronoi cells over the bounds of Ningbo; once plain, once with their borders bent and densified
to the number of corners real boundaries have. Peers that are too slow for all points get a part of them. Each
has its index built before the clock starts, and the time of that is printed too. Every peer's answers are
compared with ours: a difference stops the run.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from anning.engines.space.locate import Locator

WEST, SOUTH, EAST, NORTH = 120.9, 28.85, 122.3, 30.4
SEED = 2806

Answers = NDArray[np.int64]
Floats = NDArray[np.float64]
Polygons = NDArray[np.object_]
Locate = Callable[[Floats, Floats], Answers]


@dataclass(frozen=True)
class Result:
    """One way of locating, measured."""

    borders: str
    corners: int
    way: str
    build_seconds: float
    points: int
    seconds: float
    points_per_second: float


def communities(count: int, *, bent: bool) -> Polygons:
    """Voronoi cells that fill the bounds; bent ones densified and moved by one smooth map of the plane."""
    rng = np.random.default_rng(SEED)
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    sites = shapely.multipoints(rng.uniform([WEST, SOUTH], [EAST, NORTH], (count, 2)))
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=frame)), frame)
    if bent:
        cells = shapely.transform(shapely.segmentize(cells, 0.0008), _bend)
    return np.asarray(cells)


def _bend(corners: Floats) -> Floats:
    x, y = corners.T
    return corners + 0.0006 * np.column_stack([np.sin(900 * y) * np.cos(500 * x), np.sin(800 * x) * np.cos(600 * y)])


def ours(polygons: Polygons) -> Locate:
    """Anning's Locator."""
    return Locator([f"{row:012d}" for row in range(len(polygons))], list(polygons)).locate


def shapely_loop(polygons: Polygons) -> Locate:
    """Every point against every polygon's bounds, then the polygon: the loop one writes first."""
    bounds = shapely.bounds(polygons).tolist()

    def locate(lon: Floats, lat: Floats) -> Answers:
        found = np.full(lon.size, -1)
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            point = shapely.Point(x, y)
            for row, (west, south, east, north) in enumerate(bounds):
                if west <= x <= east and south <= y <= north and polygons[row].intersects(point):
                    found[number] = row
                    break
        return found

    return locate


def tree_per_point(polygons: Polygons) -> Locate:
    """One STRtree question a point."""
    tree = shapely.STRtree(polygons)

    def locate(lon: Floats, lat: Floats) -> Answers:
        found = np.full(lon.size, -1)
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            rows = tree.query(shapely.Point(x, y), predicate="intersects")
            if rows.size:
                found[number] = rows.min()
        return found

    return locate


def tree_batch(polygons: Polygons) -> Locate:
    """One STRtree question with a predicate for all points."""
    tree = shapely.STRtree(polygons)

    def locate(lon: Floats, lat: Floats) -> Answers:
        numbers, rows = tree.query(shapely.points(lon, lat), predicate="intersects")
        return _lowest(numbers, rows, lon.size)

    return locate


def tree_prepared(polygons: Polygons) -> Locate:
    """One STRtree question for boxes, then prepared polygons: the fastest we know without a grid."""
    tree = shapely.STRtree(polygons)
    ready = polygons.copy()
    shapely.prepare(ready)
    shapely.intersects_xy(ready, *shapely.bounds(ready)[:, :2].T)

    def locate(lon: Floats, lat: Floats) -> Answers:
        numbers, rows = tree.query(shapely.points(lon, lat))
        hit = shapely.intersects_xy(ready[rows], lon[numbers], lat[numbers])
        return _lowest(numbers[hit], rows[hit], lon.size)

    return locate


def geopandas_join(polygons: Polygons) -> Locate:
    """GeoPandas' spatial join; its index is built at the first question and counts there."""
    import geopandas

    areas = geopandas.GeoDataFrame(geometry=polygons)

    def locate(lon: Floats, lat: Floats) -> Answers:
        points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat))
        joined = points.sjoin(areas, how="left", predicate="intersects")
        rows = joined["index_right"].groupby(level=0).min()
        return np.asarray(rows.fillna(-1).to_numpy(np.int64))

    return locate


def _lowest(numbers: Answers, rows: Answers, points: int) -> Answers:
    """The lowest row found for each point, -1 for none."""
    found = np.full(points, np.iinfo(np.int64).max)
    np.minimum.at(found, numbers, rows)
    return np.where(found == np.iinfo(np.int64).max, -1, found)


def ways(points: int) -> list[tuple[str, Callable[[Polygons], Locate], int]]:
    """Name, builder, and how many of the points each gets."""
    some: list[tuple[str, Callable[[Polygons], Locate], int]] = [
        ("Anning Locator", ours, points),
        ("loop of shapely predicates", shapely_loop, min(points, 5_000)),
        ("STRtree, point by point", tree_per_point, min(points, 50_000)),
        ("STRtree, batch", tree_batch, points),
        ("STRtree, batch, prepared", tree_prepared, points),
    ]
    try:
        import geopandas  # noqa: F401 - asked only whether it is there
    except ModuleNotFoundError:
        return some
    return [*some, ("geopandas sjoin", geopandas_join, points)]


def measure(borders: str, polygons: Polygons, points: int) -> list[Result]:
    """Ours and the peers over one set of communities."""
    rng = np.random.default_rng(SEED + 1)
    lon, lat = rng.uniform(WEST, EAST, points), rng.uniform(SOUTH, NORTH, points)
    corners = int(shapely.get_num_coordinates(polygons).sum())
    results: list[Result] = []
    reference: Answers | None = None
    for way, build, count in ways(points):
        start = time.perf_counter()
        locate = build(polygons)
        built = time.perf_counter() - start
        seconds, answers = _best_of_three(locate, lon[:count], lat[:count])
        reference = answers if reference is None else reference
        if not np.array_equal(answers, reference[:count]):
            raise AssertionError(f"{way} differs from ours on {int(np.sum(answers != reference[:count]))} points")
        results.append(Result(borders, corners, way, built, count, seconds, count / seconds))
    return results


def _best_of_three(locate: Locate, lon: Floats, lat: Floats) -> tuple[float, Answers]:
    best, answers = float("inf"), np.empty(0, np.int64)
    for _ in range(3):
        start = time.perf_counter()
        answers = locate(lon, lat)
        best = min(best, time.perf_counter() - start)
    return best, answers


def main() -> None:
    """Measure on one core and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--communities", type=int, default=2_806)
    parser.add_argument("--json", action="store_true", help="print, last, one line of JSON")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    results = []
    for borders in ("plain", "bent"):
        results += measure(borders, communities(options.communities, bent=borders == "bent"), options.points)
    print(f"{'borders':8}{'corners':>8}  {'way':28}{'build s':>8}{'points':>10}{'seconds':>9}{'a second':>12}")
    for r in results:
        print(f"{r.borders:8}{r.corners:8}  {r.way:28}{r.build_seconds:8.3f}", end="")
        print(f"{r.points:10}{r.seconds:9.3f}{r.points_per_second:12,.0f}")
    if options.json:
        print(json.dumps({"communities": options.communities, "results": [asdict(r) for r in results]}))


if __name__ == "__main__":
    main()
