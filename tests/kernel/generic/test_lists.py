"""The list of a kind of work, as pages and htmx ask for it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anning.domains.calls.models import Matter
from anning.kernel.generic.query import ListQuery
from anning.kernel.generic.selectors import items_page
from anning.kernel.search.services import index
from anning.kernel.work.services import items
from tests import factories, pages

LIST = "/work/well/"


def numbers(client: Client, address: str = LIST) -> list[str]:
    """The numbers a list shows, in order."""
    return [row["cells"][1]["value"] for row in client.get(address).context["rows"]]


def test_the_newest_comes_first(supervisor) -> None:
    old = pages.well(opened_at=factories.NOW - timedelta(hours=2))
    new = pages.well(opened_at=factories.NOW)
    assert numbers(supervisor) == [new.number, old.number]


def test_a_row_says_what_the_item_is(supervisor) -> None:
    item = pages.well("井盖缺失", category="road.cover")
    Matter.objects.create(item=item, address="月湖路 1 号")
    row = supervisor.get(LIST).context["rows"][0]
    shown = {cell["kind"]: cell["value"] for cell in row["cells"]}
    assert row["url"] == f"/work/well/{item.number}"
    assert shown["priority"] == 2
    assert shown["state"]["label"] == "reported"
    assert "月湖路 1 号" in [cell["value"] for cell in row["cells"]]
    assert "road.cover" in [cell["value"] for cell in row["cells"]]
    assert f"区{factories.HOME} · 区{factories.HOME}001" in [cell["value"] for cell in row["cells"]]
    assert shown["clock"]["state"] in ("running", "late")


def test_an_item_without_particulars_has_an_empty_cell(supervisor) -> None:
    pages.well()
    response = supervisor.get(LIST)
    assert response.status_code == 200
    assert len(response.context["rows"][0]["cells"]) == len(response.context["columns"])


def test_an_empty_list_says_so(supervisor) -> None:
    response = supervisor.get(LIST)
    assert response.status_code == 200
    assert response.context["rows"] == []
    assert 'class="empty"' in response.content.decode()


@pytest.mark.parametrize(
    ("narrowed", "left"),
    [
        ("state=covered", 1),
        ("state=reported", 2),
        ("state=nosuch", 0),
        ("priority=1", 1),
        ("area=330225", 1),
        ("category=road", 2),
        ("category=roa", 0),
        ("open=1", 3),
        ("since=2026-03-04", 2),
        ("until=2026-03-03", 1),
        ("f.address=月湖", 1),
        ("f.outcome=x", 3),
        ("priority=1&area=330203", 0),
    ],
)
def test_filters_narrow_the_list(supervisor, narrowed: str, left: int) -> None:
    covered = pages.well(category="road.cover")
    items.act(factories.viewer("supervisor"), covered.number, "cover", version=1)
    Matter.objects.create(item=covered, address="月湖")
    pages.well(priority=1, area_code=f"{factories.AWAY}001", opened_at=factories.NOW - timedelta(days=1))
    pages.well(category="road")
    assert len(numbers(supervisor, f"{LIST}?{narrowed}")) == left


def test_open_only_leaves_the_closed_out(supervisor) -> None:
    item, seer = pages.well(), factories.viewer("supervisor")
    items.act(seer, item.number, "cover", version=1)
    items.act(seer, item.number, "seal", version=2, reason="done")
    assert numbers(supervisor) == [item.number]
    assert numbers(supervisor, f"{LIST}?open=1") == []


def test_each_filter_in_force_can_be_taken_away(supervisor) -> None:
    pages.well()
    context = supervisor.get(
        f"{LIST}?state=reported&priority=2&open=1&since=2026-03-01&until=2026-03-31&area=330203&category=road&q=井"
    ).context
    pills = context["active_filters"]
    assert len(pills) == 8
    assert all(pill["remove_url"].startswith(f"{LIST}?") and str(pill["label"]) for pill in pills)
    without_state = next(pill for pill in pills if str(pill["label"]) == "reported")["remove_url"]
    assert "state=" not in without_state
    assert "priority=2" in without_state


def test_the_filter_form_shows_what_is_in_force(supervisor) -> None:
    form = supervisor.get(f"{LIST}?priority=3&since=2026-03-01&until=2026-03-04&open=1&q=井盖").context["filter_form"]
    assert form["priority"].value() == "3"
    assert form["since"].value() == "2026-03-01"
    assert form["until"].value() == "2026-03-04"
    assert form["open"].value() is True
    assert form["q"].value() == "井盖"


def test_a_day_chosen_in_the_form_is_whole(supervisor) -> None:
    item = pages.well(opened_at=factories.NOW)
    assert numbers(supervisor, f"{LIST}?since=2026-03-04&until=2026-03-04") == [item.number]


def test_areas_to_choose_are_those_of_the_viewer(supervisor, neighbour) -> None:
    def codes(client: Client) -> list[str]:
        return [code for code, _ in client.get(LIST).context["filter_form"].fields["area"].choices if code]

    assert codes(supervisor) == [factories.HOME, factories.AWAY]
    assert codes(neighbour) == [factories.AWAY, f"{factories.AWAY}001"]


def test_declared_filters_offer_the_values_there_are(supervisor) -> None:
    Matter.objects.create(item=pages.well(), address="月湖")
    form = supervisor.get(f"{LIST}?f.address=月湖").context["filter_form"]
    assert ("月湖", "月湖") in form.fields["f.address"].choices
    assert form["f.address"].value() == "月湖"
    assert "f.outcome" not in form.fields


def test_htmx_gets_the_rows_alone(supervisor) -> None:
    pages.well()
    whole, rows = supervisor.get(LIST), supervisor.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in rows.content
    assert rows.content.decode().count("data-row>") == 1
    assert 'id="rows"' in rows.content.decode()


def test_the_first_page_reloads_on_live_events(supervisor) -> None:
    for _ in range(3):
        pages.well()
    first = supervisor.get(f"{LIST}?limit=2")
    assert 'hx-trigger="anning:work.well from:body' in first.content.decode()
    second = supervisor.get(first.context["page"]["next_url"])
    assert "anning:work.well" not in second.content.decode()


def walk(client: Client, address: str, way: str) -> list[list[str]]:
    """The pages from an address on, following `next_url` or `previous_url`."""
    seen = []
    while address:
        context = client.get(address).context
        seen.append([row["cells"][1]["value"] for row in context["rows"]])
        address = context["page"][f"{way}_url"]
    return seen


def test_pages_follow_one_another_without_a_gap(supervisor) -> None:
    made = [pages.well(opened_at=factories.NOW - timedelta(minutes=minute // 3)).number for minute in range(11)]
    newest_first = sorted(made, key=lambda number: (-(made.index(number) // 3), number), reverse=True)
    forth = walk(supervisor, f"{LIST}?limit=4", "next")
    assert [len(page) for page in forth] == [4, 4, 3]
    assert [number for page in forth for number in page] == newest_first


def test_the_way_back_shows_the_same_pages(supervisor) -> None:
    for minute in range(9):
        pages.well(opened_at=factories.NOW - timedelta(minutes=minute))
    address, forth = f"{LIST}?limit=3", []
    while address:
        context = supervisor.get(address).context
        forth.append([row["cells"][1]["value"] for row in context["rows"]])
        last, address = address, context["page"]["next_url"]
    assert walk(supervisor, last, "previous") == list(reversed(forth))


def test_a_page_in_the_middle_has_both_ways(supervisor) -> None:
    for minute in range(5):
        pages.well(opened_at=factories.NOW - timedelta(minutes=minute))
    first = supervisor.get(f"{LIST}?limit=2").context["page"]
    assert first["previous_url"] == ""
    middle = supervisor.get(first["next_url"]).context["page"]
    assert middle["previous_url"]
    assert middle["next_url"]


def test_a_forged_cursor_is_the_first_page(supervisor) -> None:
    item = pages.well()
    assert numbers(supervisor, f"{LIST}?cursor=bm9uc2Vuc2U") == [item.number]


def test_text_is_searched_with_the_filters(supervisor) -> None:
    wanted = pages.well("月湖边井盖缺失", priority=1)
    pages.well("月湖边井盖缺失", priority=3)
    pages.well("天一广场路灯不亮", priority=1)
    index(factories.NOW)
    assert numbers(supervisor, f"{LIST}?q=井盖&priority=1") == [wanted.number]


def test_filters_reach_beyond_the_first_matches(here) -> None:
    """The match that fits the filter is older than a whole page of matches that do not."""
    seer = factories.viewer("supervisor")
    wanted = pages.well("井盖缺失", priority=1)
    for _ in range(6):
        pages.well("井盖缺失", priority=3)
    index(factories.NOW)
    found = items_page(seer, pages.WELL, ListQuery(text="井盖", priority=1, limit=3))
    assert [item.number for item in found.rows] == [wanted.number]


def test_found_items_come_page_by_page(here) -> None:
    seer = factories.viewer("supervisor")
    made = [pages.well("井盖缺失").pk for _ in range(5)]
    index(factories.NOW)
    first = items_page(seer, pages.WELL, ListQuery(text="井盖", limit=3))
    second = items_page(seer, pages.WELL, ListQuery(text="井盖", limit=3, cursor=first.next))
    assert [item.pk for item in first.rows + second.rows] == made[::-1]
    assert second.next == ""


@pytest.mark.parametrize("narrowed", ["", "?q=井盖", "?open=1&area=330203"])
def test_more_rows_cost_no_more_queries(supervisor, narrowed: str) -> None:
    def cost() -> int:
        index(factories.NOW)
        supervisor.get(LIST + narrowed)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert supervisor.get(LIST + narrowed).status_code == 200
        return len(asked)

    for _ in range(5):
        Matter.objects.create(item=pages.well("井盖缺失"), address="月湖")
    few = cost()
    for _ in range(45):
        Matter.objects.create(item=pages.well("井盖缺失"), address="月湖")
    assert cost() == few
    assert few <= 16


def test_what_may_be_done_is_offered(supervisor) -> None:
    text = supervisor.get(LIST).content.decode()
    assert 'href="/work/well/new"' in text
    assert "/work/well/export.csv" in text
    assert "/work/well/import/" not in text  # no importer brings wells in
    analyst = pages.browser_of("analyst").get(LIST).content.decode()
    assert 'href="/work/well/new"' not in analyst
    assert "/work/well/export.csv" in analyst
    dispatcher = pages.browser_of("dispatcher").get(LIST).content.decode()
    assert "/work/well/export.csv" not in dispatcher


def test_exports_and_map_keep_the_filters(supervisor) -> None:
    context = supervisor.get(f"{LIST}?state=reported&limit=20").context
    assert all("state=reported" in export["url"] for export in context["exports"])
    assert re.search(r"kind=well&.*state=reported", context["map_url"])


def test_a_kind_with_its_own_intake_offers_no_plain_form(supervisor) -> None:
    text = supervisor.get("/work/incident/").content.decode()
    assert "/work/incident/new" not in text
    assert "/work/incident/import/" in text
