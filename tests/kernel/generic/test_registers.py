"""The registers: units, agencies, sites, areas and the gazetteer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anning.kernel.contract import registry
from anning.kernel.places.models import PlaceName, Site
from tests import factories, pages

CODES = ["units", "agencies", "sites", "areas", "names"]


def keys(client, address: str) -> list[str]:
    return [row["url"].rsplit("/", 1)[1] for row in client.get(address).context["rows"]]


def site(code: str, area_code: str = f"{factories.HOME}001") -> Site:
    return Site.objects.create(code=code, kind="station", name=f"站{code}", lon=121.2, lat=29.5, area_code=area_code)


def test_the_kernel_declares_its_registers() -> None:
    assert {register.code for register in registry.registers()} >= set(CODES)


def test_the_index_names_those_one_may_look_at(supervisor) -> None:
    response = supervisor.get("/registers/")
    assert {row["url"] for row in response.context["rows"]} >= {f"/registers/{code}/" for code in CODES}
    assert pages.browser(factories.user("unit", in_unit=factories.unit())).get("/registers/").status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_each_register_has_a_list_and_pages(supervisor, code: str) -> None:
    factories.unit()
    site("S1")
    PlaceName.objects.create(name="月湖", kind="park", lon=121.2, lat=29.5, area_code=f"{factories.HOME}001")
    response = supervisor.get(f"/registers/{code}/")
    assert response.status_code == 200
    rows = response.context["rows"]
    assert rows
    assert len(rows[0]["cells"]) == len(response.context["columns"])
    page = supervisor.get(rows[0]["url"])
    assert page.status_code == 200
    assert page.context["fields"]


def test_rows_follow_by_key_page_by_page(supervisor) -> None:
    for number in range(5):
        site(f"S{number}")
    first = supervisor.get("/registers/sites/?limit=3")
    assert keys(supervisor, "/registers/sites/?limit=3") == ["S0", "S1", "S2"]
    assert keys(supervisor, first.context["page"]["next_url"]) == ["S3", "S4"]
    assert supervisor.get(first.context["page"]["next_url"]).context["page"]["next_url"] == ""


def test_numeric_keys_follow_as_numbers(supervisor) -> None:
    made = [PlaceName.objects.create(name=f"地{n}", kind="park", lon=121 + n / 100, lat=29.5).pk for n in range(12)]
    address = f"/registers/names/?limit=5&cursor={made[4]}"
    assert keys(supervisor, address) == [str(pk) for pk in made[5:10]]


@pytest.mark.parametrize("cursor", ["abc", "%00", "1e99", "٣x"])
def test_a_cursor_that_is_no_key_is_nothing(supervisor, cursor: str) -> None:
    assert supervisor.get(f"/registers/names/?cursor={cursor}").status_code == 404


@pytest.mark.parametrize("key", ["abc", "0", "-1", "99999999999999999999999", "1.5"])
def test_a_row_that_is_none_does_not_exist(supervisor, key: str) -> None:
    assert supervisor.get(f"/registers/names/rows/{key}").status_code == 404


def test_rows_are_found_by_their_searched_fields(supervisor) -> None:
    site("S1")
    other = Site.objects.create(code="X9", kind="hospital", name="妇儿医院", lon=121.2, lat=29.5, address="柳汀街")
    Site.objects.filter(pk=other.pk).update(area_code=f"{factories.HOME}001")
    assert keys(supervisor, "/registers/sites/?q=柳汀") == ["X9"]
    assert keys(supervisor, "/registers/sites/?q=妇儿") == ["X9"]
    assert keys(supervisor, "/registers/sites/?q=nothing") == []


def test_filters_offer_choices_and_narrow(supervisor) -> None:
    site("S1")
    Site.objects.filter(code="S1").update(kind="hospital")
    site("S2")
    form = supervisor.get("/registers/sites/?f.kind=hospital").context["filter_form"]
    assert {value for value, _ in form.fields["f.kind"].choices} == {"", "hospital", "station"}
    assert keys(supervisor, "/registers/sites/?f.kind=hospital") == ["S1"]
    assert keys(supervisor, "/registers/sites/?f.address=x") == ["S1", "S2"]


@pytest.mark.parametrize("value", ["two", "9" * 30, "-1"])
def test_a_filter_value_that_cannot_be_finds_nothing(supervisor, value: str) -> None:
    assert keys(supervisor, f"/registers/areas/?f.level={value}") == []


def test_choices_are_shown_by_their_words(supervisor) -> None:
    unit = factories.unit()
    page = supervisor.get(f"/registers/units/rows/{unit.code}").content.decode()
    assert "待命" in page
    assert "police" in page
    areas = supervisor.get("/registers/areas/").content.decode()
    assert "区县" in areas
    assert "否" in areas


def test_a_row_with_a_point_has_a_map(supervisor) -> None:
    site("S1")
    assert supervisor.get("/registers/sites/rows/S1").context["map"]["centre"] == "121.200000,29.500000"
    assert supervisor.get(f"/registers/units/rows/{factories.unit().code}").context["map"] is None
    assert supervisor.get(f"/registers/agencies/rows/{factories.agency().code}").status_code == 200


@pytest.mark.parametrize("code", ["units", "sites", "areas"])
def test_another_county_has_other_rows(supervisor, neighbour, code: str) -> None:
    home, away = f"{factories.HOME}001", f"{factories.AWAY}001"
    factories.unit(area_code=home), factories.unit(area_code=away)
    site("S1", home), site("S2", away)
    everything, mine = keys(supervisor, f"/registers/{code}/"), keys(neighbour, f"/registers/{code}/")
    assert set(mine) < set(everything)
    hidden = (set(everything) - set(mine)).pop()
    assert neighbour.get(f"/registers/{code}/rows/{hidden}").status_code == 404


def test_more_rows_cost_no_more_queries(supervisor) -> None:
    def cost() -> int:
        supervisor.get("/registers/units/")
        with CaptureQueriesContext(connection) as asked:
            supervisor.get("/registers/units/")
        return len(asked)

    for _ in range(5):
        factories.unit(factories.agency())
    few = cost()
    for _ in range(40):
        factories.unit(factories.agency())
    assert cost() == few


def test_htmx_gets_the_rows_alone(supervisor) -> None:
    assert b"<html" not in supervisor.get("/registers/units/", headers={"HX-Request": "true"}).content
