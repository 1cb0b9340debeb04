"""Taking data out: what is in it, for whom, and that no cell starts a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from anning.domains.calls.models import Matter
from anning.kernel.audit.models import Entry
from anning.kernel.generic.export import FORMULA, as_csv, as_json, harmless
from anning.kernel.search.services import index
from tests import factories, pages

CSV, JSON = "/work/well/export.csv", "/work/well/export.json"


def text_of(response) -> str:
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def rows_of(client, address: str = CSV) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(client.get(address)).removeprefix("\ufeff"))))


def test_every_item_is_a_row_with_its_fields(supervisor) -> None:
    item = pages.well("井盖缺失", category="road", lon=121.2, lat=29.5)
    Matter.objects.create(item=item, address="月湖", outcome="已更换")
    [row] = rows_of(supervisor)
    assert row["number"] == item.number
    assert row["state"] == "reported"
    assert row["area_code"] == f"{factories.HOME}001"
    assert row["area"] == f"区{factories.HOME} · 区{factories.HOME}001"
    assert (float(row["lon"]), float(row["lat"])) == (121.2, 29.5)
    assert (row["address"], row["outcome"]) == ("月湖", "已更换")
    assert row["opened_at"] == "2026-03-04 10:00:00+0800"
    assert row["closed_at"] == ""


def test_json_holds_the_same(supervisor) -> None:
    item = pages.well("井盖缺失")
    [row] = json.loads(text_of(supervisor.get(JSON)))
    assert row["number"] == item.number
    assert datetime.fromisoformat(row["opened_at"]) == factories.NOW
    assert row["lon"] is None
    assert row["priority"] == 2


def test_nothing_is_an_empty_table(supervisor) -> None:
    assert rows_of(supervisor) == []
    assert json.loads(text_of(supervisor.get(JSON))) == []


def test_filters_and_text_narrow_the_export(supervisor) -> None:
    wanted = pages.well("井盖缺失", priority=1)
    pages.well("井盖缺失", priority=3)
    pages.well("路灯不亮", priority=1)
    assert len(rows_of(supervisor, f"{CSV}?priority=1")) == 2
    index(factories.NOW)
    assert [row["number"] for row in rows_of(supervisor, f"{CSV}?q=井盖&priority=1")] == [wanted.number]


def test_a_search_is_exported_to_its_end(supervisor, monkeypatch) -> None:
    from anning.kernel.generic import selectors

    monkeypatch.setattr(selectors, "MOST", 3)
    made = {pages.well("井盖缺失").number for _ in range(7)}
    index(factories.NOW)
    rows = rows_of(supervisor, f"{CSV}?q=井盖")
    assert len(rows) == 7
    assert {row["number"] for row in rows} == made


def test_a_page_of_the_list_is_exported_whole(supervisor) -> None:
    for _ in range(3):
        pages.well()
    context = supervisor.get("/work/well/?limit=2").context
    cursor = context["page"]["next_url"].split("cursor=")[1]
    assert "cursor" not in context["exports"][0]["url"]
    assert len(rows_of(supervisor, context["exports"][0]["url"])) == 3
    assert cursor


def test_an_export_is_within_the_scope_of_exporting(neighbour) -> None:
    pages.well()
    mine = pages.well(area_code=f"{factories.AWAY}001")
    assert [row["number"] for row in rows_of(neighbour)] == [mine.number]


def test_seeing_is_not_exporting(here) -> None:
    from anning.kernel.org.models import Membership

    who = factories.user("dispatcher", factories.HOME)
    Membership.objects.create(user=who, agency=factories.agency("other"), role="analyst", area_code=factories.AWAY)
    seen, taken = pages.well(), pages.well(area_code=f"{factories.AWAY}001")
    client = pages.browser(who)
    assert len(client.get("/work/well/").context["rows"]) == 2
    assert [row["number"] for row in rows_of(client)] == [taken.number] != [seen.number]


def test_each_export_is_in_the_trail(supervisor) -> None:
    text_of(supervisor.get(f"{CSV}?priority=1"))
    entry = Entry.objects.get(action="export")
    assert entry.subject == "work.well"
    assert json.loads(entry.body) == {"form": "csv", "query": "priority=1"}


def test_a_form_nobody_offers_does_not_exist_and_leaves_no_trace(supervisor) -> None:
    assert supervisor.get("/work/well/export.xlsx").status_code == 404
    assert not Entry.objects.filter(action="export").exists()


def test_the_file_is_a_download_named_by_kind_and_time(supervisor) -> None:
    response = supervisor.get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="well-2')
    assert response["Content-Disposition"].endswith('.csv"')
    assert "no-store" in response["Cache-Control"]
    assert text_of(response).startswith("\ufeffnumber,")


def test_it_is_read_a_batch_at_a_time(supervisor) -> None:
    def cost(count: int) -> int:
        for _ in range(count):
            Matter.objects.create(item=pages.well(), address="x")
        with CaptureQueriesContext(connection) as asked:
            rows_of(supervisor)
        return len(asked)

    cost(1)
    assert cost(3) == cost(40)


@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_starts_a_formula(supervisor, start: str) -> None:
    item = pages.well(f"{start}HYPERLINK(1)")
    Matter.objects.create(item=item, address=f"{start}cmd|' /C calc'!A0")
    [row] = rows_of(supervisor)
    assert row["title"] == f"'{start}HYPERLINK(1)"
    assert row["address"].startswith(f"'{start}")


def test_numbers_stay_numbers(supervisor) -> None:
    pages.well(lon=-75.25, lat=-40.5)
    [row] = rows_of(supervisor)
    assert (row["lon"], row["lat"]) == ("-75.25", "-40.5")


@given(st.text())
def test_whatever_the_text_no_formula_is_left(text: str) -> None:
    assert not harmless(text).startswith(FORMULA)
    assert harmless(text).removeprefix("'") in (text, text.removeprefix("'"))


@given(st.floats(allow_nan=False) | st.integers() | st.booleans())
def test_values_that_are_no_text_are_left_alone(value) -> None:
    assert harmless(value) == str(value)


def test_moments_are_in_the_citys_zone() -> None:
    assert harmless(datetime(2026, 3, 3, 16, tzinfo=UTC)) == "2026-03-04 00:00:00+0800"
    assert harmless(None) == ""


@given(st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.integers() | st.none()}), max_size=6))
def test_json_is_read_back_whatever_it_holds(rows: list[dict]) -> None:
    assert json.loads("".join(as_json(iter(rows), ["a", "b"]))) == rows


@given(st.lists(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])), max_size=6))
def test_csv_is_read_back_but_for_the_guard(texts: list[str]) -> None:
    written = "".join(as_csv(iter({"a": text} for text in texts), ["a"])).removeprefix("\ufeff")
    found = [row[0] if row else "" for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert found == [harmless(text) for text in texts]


def test_a_register_is_exported_with_its_place(supervisor) -> None:
    unit = factories.unit()
    [row] = rows_of(supervisor, "/registers/units/export.csv")
    assert row["code"] == unit.code
    assert row["agency__name"] == "police"
    assert set(row) >= {"lon", "lat", "status"}
    assert Entry.objects.get(action="export").subject == "register.units"


def test_a_register_is_exported_as_narrowed(supervisor) -> None:
    mine = factories.unit(status="free")
    factories.unit(status="off_duty")
    rows = json.loads(text_of(supervisor.get("/registers/units/export.json?f.status=free")))
    assert [row["code"] for row in rows] == [mine.code]
    assert supervisor.get("/registers/units/export.pdf").status_code == 404
    assert pages.browser_of("dispatcher").get("/registers/units/export.csv").status_code == 404
