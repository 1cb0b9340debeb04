"""Areas as prefixes: no neighbour is let in, letters keep their case, and an index finds the rows."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.access.lookups import after_all
from anning.kernel.access.scope import Scope
from anning.kernel.org.models import Unit
from anning.kernel.places.selectors import forget
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import within
from tests.factories import HOME, NOW, agency, area, city

COMMUNITY = f"{HOME}001001"
CODES = st.text(st.sampled_from("0123ABab%_\\-é丁"), min_size=0, max_size=4)


@given(st.text(min_size=1, max_size=4).filter(lambda text: not text.endswith("\U0010ffff")), st.text(max_size=3))
def test_after_all_comes_after_everything_that_begins_so_and_before_the_rest(prefix: str, rest: str) -> None:
    def key(text: str) -> bytes:
        return text.encode("utf-8", "surrogatepass")

    assert key(prefix) <= key(prefix + rest) < key(after_all(prefix))
    assert not after_all(prefix).startswith(prefix)


def test_a_code_that_ends_in_the_last_character_is_refused() -> None:
    with pytest.raises(ValueError, match="area code can"):
        after_all("\U0010ffff")


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(CODES, min_size=1, max_size=12), st.sets(CODES, max_size=3))
def test_filter_and_admits_agree_on_any_text(codes: set[str], prefixes: set[str]) -> None:
    Unit.objects.all().delete()
    police = agency("police")
    Unit.objects.bulk_create(Unit(code=f"U{n}", agency=police, kind="car", area_code=c) for n, c in enumerate(codes))
    scope = Scope(areas=frozenset(prefixes))
    for wide in ((), prefixes):
        found = set(Unit.objects.filter(scope.in_areas(wide=wide)).values_list("area_code", flat=True))
        assert found == {code for code in codes if scope.admits(code)}


def test_a_district_does_not_admit_its_neighbour_nor_the_city_above() -> None:
    scope = Scope(areas=frozenset({HOME}))
    assert scope.admits(HOME)
    assert scope.admits(f"{HOME}001001")
    for other in ("", "3302", "33020", "330204", "330230", "3302030"[:5], "1330203"):
        assert not scope.admits(other), other


def test_in_the_shipped_city_a_code_begins_only_the_codes_of_the_areas_within() -> None:
    folder = Path(__file__).parents[3] / "cities" / "ningbo" / "areas"
    features = [feature for path in folder.glob("*.geojson") for feature in json.loads(path.read_text())["features"]]
    areas = [feature["properties"] for feature in features]
    for level in range(1, 6):
        codes = sorted(area["code"] for area in areas if area["level"] == level)
        assert codes
        assert not [pair for pair in pairwise(codes) if pair[1].startswith(pair[0])]


def test_nothing_sees_an_item_outside_every_area_but_who_sees_everything() -> None:
    assert Scope(areas=frozenset({""})).admits("")
    assert not Scope(areas=frozenset({"3302"})).admits("")


@pytest.mark.django_db
class TestPlans:
    """How the database goes about it."""

    @pytest.fixture(autouse=True)
    def some_work(self) -> None:
        city()
        area(COMMUNITY, 4, 121.0, 121.1)
        forget()
        Item.objects.bulk_create(
            Item(
                kind="incident",
                state="new",
                title="x",
                area_code=f"{330200 + n % 60}001001",
                opened_at=NOW,
                state_at=NOW,
            )
            for n in range(600)
        )

    def rows(self, code: str) -> QuerySet[Item]:
        scope = Scope(areas=frozenset({code}))
        return within(Item.objects.filter(kind="incident"), scope)

    def test_an_index_finds_the_items_of_a_community(self) -> None:
        assert self.rows(COMMUNITY).count() == 10
        plan = explained(self.rows(COMMUNITY).order_by("area_code"))
        assert "work_area" in plan
        assert ("area_code>? AND area_code<?" in plan) or ("~>=~" in plan and "~<~" in plan)

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows how many rows a range holds")
    @pytest.mark.parametrize("code", ["3302", HOME, f"{HOME}001", "99"])
    def test_the_newest_of_a_city_are_read_in_order_not_sorted(self, code: str) -> None:
        plan = explained(self.rows(code).order_by("-opened_at", "-pk")[:50])
        assert "work_recent" in plan
        assert "TEMP B-TREE" not in plan

    def test_both_ways_find_the_same(self) -> None:
        for code in ("3302", HOME, f"{HOME}001", COMMUNITY, "99", "33020"):
            scope = Scope(areas=frozenset({code}))
            found = set(self.rows(code).values_list("pk", flat=True))
            every = Item.objects.values_list("pk", "area_code")
            assert found == {pk for pk, lying in every if scope.admits(lying)}
            assert set(Item.objects.filter(scope.in_areas(wide={code})).values_list("pk", flat=True)) == found


def explained(rows: QuerySet[Item]) -> str:
    """The database's plan; PostgreSQL counts the rows first and may not read the whole table, which 600 rows invite."""
    if connection.vendor == "sqlite":
        return rows.explain()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE work_item")
        cursor.execute("SET LOCAL enable_seqscan = off")
    return json.dumps(rows.explain())
