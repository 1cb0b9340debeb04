"""The files of the city that comes with the platform are what its scripts make of its drawing."""

import csv
import importlib
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, Polygon, shape

FOLDER = Path(__file__).resolve().parents[2] / "cities" / "ningbo"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    monkeypatch.syspath_prepend(str(FOLDER))
    return {name: importlib.import_module(name) for name in ("build_areas", "build_map", "build_places")}


def stored(name: str) -> list[dict[str, object]]:
    return json.loads((FOLDER / name).read_text("utf-8"))["features"]


def test_areas_and_base_map_are_built_from_the_drawing(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, list[dict[str, object]]] = {}

    def keep(path: Path, features: list[dict[str, object]], **_more: str) -> None:
        made[str(path.relative_to(FOLDER))] = features

    monkeypatch.setattr(scripts["build_areas"], "write", keep)
    monkeypatch.setattr(scripts["build_map"], "write", keep)
    scripts["build_areas"].main()
    scripts["build_map"].main()
    assert len(made) == 6
    for name, features in made.items():
        before = stored(name)
        assert [one["properties"] for one in features] == [one["properties"] for one in before]
        shapes, old = shapely.from_geojson([json.dumps(one["geometry"]) for one in features]), map(shape_of, before)
        assert all(new.equals_exact(was, 2e-5) or new.symmetric_difference(was).area < 1e-6
                   for new, was in zip(shapes, old, strict=True))  # fmt: skip


def shape_of(feature: dict[str, object]) -> shapely.Geometry:
    return shape(feature["geometry"])


def test_places_sites_and_units_are_built_from_the_drawing(
    scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, list[list[object]]] = {}
    monkeypatch.setattr(scripts["build_places"], "table", lambda name, _header, rows: made.update({name: list(rows)}))
    scripts["build_places"].main()
    for name, rows in made.items():
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        head, before = lines[0], lines[1:]
        at = [head.index("lon"), head.index("lat")]
        words = [index for index in range(len(head)) if index not in at]
        assert [[str(row[index]) for index in words] for row in rows] == [[line[index] for index in words]
                                                                           for line in before]  # fmt: skip
        new, was = (np.array([[float(row[index]) for index in at] for row in table]) for table in (rows, before))
        assert np.abs(new - was).max() < 2e-5


def test_a_ring_with_a_gap_is_refused(scripts: dict[str, ModuleType]) -> None:
    arcs = {"a": np.array([[0.0, 0.0], [1.0, 0.0]]), "b": np.array([[1.0, 1.0], [0.0, 0.0]])}
    with pytest.raises(ValueError, match="gap"):
        scripts["build_areas"].outline(["a", "b"], arcs)


def test_cutting_gives_each_point_what_lies_nearest_to_it(scripts: dict[str, ModuleType]) -> None:
    square = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])
    left, right = scripts["build_areas"].cut(square, [Point(1, 2), Point(3, 2)])
    assert left.equals(Polygon([(0, 0), (2, 0), (2, 4), (0, 4)]))
    assert right.area == pytest.approx(8)


def test_every_street_is_cut_out_round_its_own_town_hall(scripts: dict[str, ModuleType]) -> None:
    shapes = {one["properties"]["code"]: shape_of(one) for one in stored("areas/3-streets.geojson")}
    for here in scripts["build_areas"].streets().values():
        for street in here:
            assert shapes[street.code].covers(street.point), street.name


def test_communities_go_to_streets_by_share_and_each_gets_one(scripts: dict[str, ModuleType]) -> None:
    areas = scripts["build_areas"]
    shares = [
        areas.Street(f"33020300{number}", "街道", "", Point(0, 0), share) for number, share in enumerate((1, 3, 0))
    ]
    assert areas.counts(shares, 11) == [3, 7, 1]
