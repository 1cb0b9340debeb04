"""Builds the sites, the unit roster and the gazetteer of this city from its drawing.

Run: `python cities/ningbo/build_places.py`; the same drawing always gives the same files. Well-known places in
`drawn/places.csv`, sites in `drawn/sites.csv` and lines in `drawn/lines.toml` have real names and approximate
positions; each street's police station, school, market, square, clinic and town hall is named after the street and set
near the middle of its town. The roster is invented.
"""

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from build_areas import DECIMALS, HERE, SEED, Floats, Street, drawing, outline, streets
from build_map import DEGREE_M, along, lines_drawn, measured, straight
from shapely.geometry import Point, Polygon

NEAR = (
    ("派出所", "Police Station", "police", 120),
    ("中心小学", "Primary School", "school", 120),
    ("农贸市场", "Market", "market", 150),
    ("文化广场", "Square", "place", 150),
)
"""What every street has: ending of its name, kind, radius in metres."""
SKILLS = ("patrol;mediation", "patrol;armed", "patrol;traffic", "patrol", "patrol;traffic", "patrol")
ENGINE = "fire-fighting;breathing;extrication"
CREWS = (
    ("fire", "消", "fire-3302", (ENGINE, f"{ENGINE};gas;water-rescue", ENGINE)),
    ("hospital", "急", "ems-3302", ("medical;advanced-life-support", "medical", "medical")),
)
"""What each district has beside patrol cars: home, call sign, agency, skills of each."""
FARTHEST_M = 10_000
"""Radius of a road or river named without a post, at most, m."""
VEHICLES = {"fire": "engine", "hospital": "ambulance"}
BOATS = (
    ["象救1", "rescue-330225", "boat", "330225", "harbour-shipu", "water-rescue;search", "121.945", "29.21"],
    ["甬救1", "rescue-3302", "boat", "330212", "", "water-rescue;search", "121.648", "29.782"],
)
Row = Sequence[object]


def near(street: Street, number: int) -> tuple[float, float]:
    """A point a few hundred metres from a street's town hall, always the same one."""
    rng = np.random.default_rng([SEED, int(street.code), number])
    angle, away = rng.uniform(0, 2 * math.pi), rng.uniform(60, 320)
    lat = street.point.y + away * math.sin(angle) / DEGREE_M
    return street.point.x + away * math.cos(angle) / (DEGREE_M * math.cos(math.radians(lat))), lat


def line_names(lines: dict[str, Any], arcs: dict[str, Floats]) -> Iterator[Row]:
    """Roads and rivers by their middle, kilometre posts, metro stations."""
    seen = set()
    for raw in lines["line"]:
        line = straight(raw["at"], arcs)
        length = measured(line)[1][-1]
        if raw["kind"] == "metro":
            stations = raw["stations"].split()
            for name, point in zip(stations, along(line, np.linspace(0, length, len(stations))), strict=True):
                if name not in seen:
                    yield [f"{name}地铁站", f"Metro station {name}", "metro", *point, 100, 1.5]
                seen.add(name)
            continue
        kind = {"river": "water", "rail": "railway"}.get(raw["kind"], "road")
        yield [
            raw["name"],
            raw["name_en"],
            kind,
            *along(line, [length / 2])[0],
            min(round(length / 2), FARTHEST_M),
            2.0,
        ]
        if raw.get("posts"):
            for post in range(0, int(length / 1000) + 1, raw["posts"]):
                title = f"{raw['name_en']} km {post}"
                yield [f"{raw['name']}K{post}", title, "kilometre post", *along(line, [post * 1000.0])[0], 60, 0.6]


def gazetteer(lines: dict[str, Any], arcs: dict[str, Floats], districts: dict[str, Any]) -> Iterator[Row]:
    """Every name a caller may say."""
    with (HERE / "drawn" / "places.csv").open(encoding="utf-8", newline="") as file:
        known = [list(row.values()) for row in csv.DictReader(file)]
    yield from ([*row, ""] for row in known)
    there = {row[0] for row in known}
    with (HERE / "drawn" / "sites.csv").open(encoding="utf-8", newline="") as file:
        more = [row for row in csv.DictReader(file) if row["name"] not in there]
    yield from ([one["name"], one["name_en"], one["kind"], one["lon"], one["lat"], 120, 3.0, ""] for one in more)
    for code, row in districts.items():
        point = outline(row["ring"], arcs).representative_point()
        yield [row["name"], row["name_en"], "district", round(point.x, 5), round(point.y, 5), 15000, 2.0, code]
    for street in (one for here in streets().values() for one in here):
        yield [street.name, street.name_en, "street", street.point.x, street.point.y, 2000, 2.0, street.code]
        yield from street_names(street)
    for row in line_names(lines, arcs):
        yield [*row, ""]


def street_names(street: Street) -> Iterator[Row]:
    """What every street has, by the names people use."""
    short = street.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    urban = street.name.endswith("街道")
    hall = "街道办事处" if urban else f"{street.name[-1]}人民政府"
    clinic = "社区卫生服务中心" if urban else "中心卫生院"
    own = (*NEAR, (clinic, "Clinic", "clinic", 80), (hall, "Town Hall", "place", 80))
    for number, (ending, english, kind, radius_m) in enumerate(own):
        lon, lat = near(street, number)
        yield [f"{short}{ending}", f"{street.name_en} {english}", kind, lon, lat, radius_m, 1.0, ""]


def sites() -> list[dict[str, str]]:
    """The known sites, then every street's police station, each with the street it lies in."""
    with (HERE / "drawn" / "sites.csv").open(encoding="utf-8", newline="") as file:
        made = [dict(row) for row in csv.DictReader(file)]
    for street in (one for here in streets().values() for one in here):
        name, name_en, kind, lon, lat, *_ = next(street_names(street))
        spot = {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}", "address": ""}
        made.append({"code": f"police-{street.code}", "kind": kind, "name": name, "name_en": name_en, **spot})
    return made


def site_row(site: dict[str, str]) -> Row:
    """A line of sites.csv; the area is left out, it is found from the point."""
    return [*(site[name] for name in ("code", "kind", "name", "name_en", "lon", "lat")), "", site["address"]]


def within(rows: list[dict[str, str]], kind: str, district: Polygon) -> list[dict[str, str]]:
    """The sites of a kind in a district."""
    return [one for one in rows if one["kind"] == kind and district.covers(Point(float(one["lon"]), float(one["lat"])))]


def units(rows: list[dict[str, str]], districts: dict[str, Polygon], shorts: dict[str, str]) -> Iterator[Row]:
    """Patrol cars by street, engines and ambulances by station, rescue boats by the water."""
    for code, here in streets().items():
        for number, street in enumerate(here, 1):
            skill = SKILLS[(number - 1) % len(SKILLS)]
            station = f"police-{street.code}"
            yield [
                f"{shorts[code]}{number:02d}",
                f"police-{code}",
                "car",
                street.code,
                station,
                skill,
                *near(street, 9),
            ]
        for kind, sign, agency, skills in CREWS:
            homes = within(rows, kind, districts[code])
            for number, skill in enumerate(skills):
                home = homes[number % len(homes)]
                call = f"{sign}{shorts[code]}{number + 1}"
                yield [call, agency, VEHICLES[kind], code, home["code"], skill, home["lon"], home["lat"]]
    yield from BOATS


def table(name: str, header: str, rows: Iterable[Row]) -> None:
    """Write a CSV file, coordinates rounded."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows([[round(one, DECIMALS) if isinstance(one, float) else one for one in row] for row in rows])


def main() -> None:
    """Build the tables and write them."""
    drawn, arcs = drawing()
    districts = {code: outline(row["ring"], arcs) for code, row in drawn.items()}
    shorts = {code: row["name"][:2] for code, row in drawn.items()}
    rows = sites()
    table("sites.csv", "code,kind,name,name_en,lon,lat,area_code,address", map(site_row, rows))
    table("units.csv", "code,agency,kind,area_code,site_code,capabilities,lon,lat", units(rows, districts, shorts))
    header = "name,name_en,kind,lon,lat,radius_m,weight,area_code"
    table("gazetteer.csv", header, gazetteer(lines_drawn(), arcs, drawn))


if __name__ == "__main__":
    main()
