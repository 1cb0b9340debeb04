"""Search over everything: numbers, words, places, registers."""

from __future__ import annotations

import pytest

from anning.kernel.places import selectors as places
from anning.kernel.places.models import PlaceName
from anning.kernel.search.services import index
from tests import factories, pages


def groups(client, text: str) -> dict[str, list[str]]:
    response = client.get("/search", {"q": text})
    assert response.status_code == 200
    return {
        str(group["title"]): [result.get("number") or result["title"] for result in group["results"]]
        for group in response.context["groups"]
    }


@pytest.mark.parametrize("shape", ["{}", " {} ", "{lower}", "WL{pk}"])
def test_a_number_goes_straight_to_its_item(supervisor, shape: str) -> None:
    item = pages.well()
    text = shape.format(item.number, lower=item.number.lower(), pk=item.pk)
    response = supervisor.get("/search", {"q": text})
    assert response.status_code == 302
    assert response["Location"] == f"/work/well/{item.number}"


def test_a_number_goes_to_the_kinds_own_page(supervisor) -> None:
    item = factories.incident()
    assert supervisor.get("/search", {"q": item.number})["Location"] == f"/calls/{item.number}"


def test_an_auditor_gets_to_the_trail(here) -> None:
    item = pages.well()
    response = pages.browser_of("auditor").get("/search", {"q": item.number})
    assert response["Location"] == f"/work/well/{item.number}/history"


def test_another_countys_number_is_not_found(neighbour) -> None:
    item = pages.well("井盖缺失")
    index(factories.NOW)
    assert groups(neighbour, item.number) == {}
    assert groups(neighbour, "井盖") == {}


def test_words_are_found_in_every_kind(supervisor) -> None:
    well, incident = pages.well("月湖边井盖缺失"), factories.incident("月湖边有人落水")
    index(factories.NOW)
    found = groups(supervisor, "月湖")
    assert found["Wells"] == [well.number]
    assert [incident.number] in found.values()


def test_places_are_found_by_name_pinyin_and_initials(supervisor) -> None:
    PlaceName.objects.create(name="月湖公园", name_en="Moon Lake Park", kind="park", lon=121.2, lat=29.5)
    places.forget()
    for text in ("月湖", "yuehu", "yhgy"):
        assert "月湖公园" in groups(supervisor, text)["地点"]
    response = supervisor.get("/search", {"q": "月湖公园"})
    url = response.context["groups"][-1]["results"][0]["url"]
    assert supervisor.get(url).context["map"]["point"] == "121.200000,29.500000"


def test_registers_are_found_by_their_searched_fields(supervisor, neighbour) -> None:
    unit = factories.unit()
    assert groups(supervisor, unit.code)["力量名册"] == [unit.code]
    assert groups(neighbour, unit.code) == {}


def test_many_results_lead_to_the_list(supervisor) -> None:
    for _ in range(10):
        pages.well("井盖缺失")
    index(factories.NOW)
    [group] = supervisor.get("/search", {"q": "井盖"}).context["groups"]
    assert len(group["results"]) == 8
    assert group["count"] == "8+"
    more = supervisor.get(group["more_url"])
    assert len(more.context["rows"]) == 10


@pytest.mark.parametrize("text", ["", "   ", "\0"])
def test_nothing_asked_explains_itself(supervisor, text: str) -> None:
    response = supervisor.get("/search", {"q": text})
    assert response.status_code == 200
    assert response.context["groups"] == []
    assert "took_ms" not in response.context


@pytest.mark.parametrize("text", ["%", "_", "'; drop table", '"', "OR", "*", "x" * 500, "a_330203"])
def test_odd_words_do_no_harm(supervisor, text: str) -> None:
    pages.well("井盖缺失")
    index(factories.NOW)
    assert "Wells" not in groups(supervisor, text)
