"""Logs of other layouts: several rows to a call, stages, our own headings, tables in other formats."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from anning.domains.calls.models import Call, Category, Incident, Matter
from anning.domains.calls.selectors import catalogue
from anning.kernel.access.scope import SYSTEM
from anning.kernel.importing import selectors, services
from anning.kernel.importing.mapping import MappingError
from anning.kernel.importing.rejects import open_rows
from anning.kernel.work.models import Change, Item
from tests import factories
from tests.domains.calls.importing import counts, log, run
from tests.factories import HOME

pytestmark = pytest.mark.django_db
SF = (
    "Call Number,Unit ID,Call Type,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,Available DtTm,"
    "Address,Neighborhooods - Analysis Boundaries,case_location"
)
ENGINE = (
    "183,E01,Structure Fire,01/02/2018 03:04:05 PM,01/02/2018 03:04:30 PM,01/02/2018 03:05:00 PM,"
    "01/02/2018 03:06:00 PM,01/02/2018 03:10:00 PM,01/02/2018 04:00:00 PM,100 Block of MARKET ST,Tenderloin,"
    "POINT (-122.4 37.78)"
)
TRUCK = (
    "183,T03,Structure Fire,01/02/2018 03:04:05 PM,01/02/2018 03:04:30 PM,01/02/2018 03:05:10 PM,,"
    "01/02/2018 03:09:00 PM,01/02/2018 04:30:00 PM,100 Block of MARKET ST,Tenderloin,POINT (-122.4 37.78)"
)
MEDIC = (
    "184,M07,Medical Incident,01/02/2018 03:20:00 PM,,,,,,200 Block of PINE ST,Nob Hill,"
    '"{""type"": ""Point"", ""coordinates"": [-122.41, 37.79]}"'
)


@pytest.fixture(autouse=True)
def empty_catalogue() -> None:
    catalogue.forget()


def stages(item: Item) -> list[tuple[str, str]]:
    rows = Change.objects.filter(item=item).order_by("version").values_list("new", "at")
    return [(new, f"{at:%H:%M:%S}") for new, at in rows]


def test_the_rows_of_one_call_make_one_incident_with_the_first_units_stages(tmp_path: Path) -> None:
    assert counts(run(log(tmp_path, SF, ENGINE, TRUCK))) == (2, 2, 0, 0)
    call = Call.objects.select_related("item").get()
    assert (call.lon, call.lat, call.category) == (-122.4, 37.78, "us.fire.structure-fire")
    assert call.answered_at == datetime(2018, 1, 2, 23, 4, 30, tzinfo=UTC)
    assert stages(call.item) == [
        ("new", "23:04:05"),
        ("assigned", "23:05:00"),
        ("en_route", "23:06:00"),
        ("on_scene", "23:09:00"),
        ("closed", "00:30:00"),
    ]
    assert call.item.closed_at == datetime(2018, 1, 3, 0, 30, tzinfo=UTC)
    first = Change.objects.get(item=call.item, version=1)
    assert (first.verb, first.data["units"], first.data["area"]) == ("import", ["E01", "T03"], "Tenderloin")


def test_a_unit_that_was_there_before_the_first_set_out_leaves_that_stage_out(tmp_path: Path) -> None:
    run(log(tmp_path, SF, ENGINE.replace("03:06:00", "03:09:30"), TRUCK))
    assert [state for state, _at in stages(Item.objects.get())] == ["new", "assigned", "on_scene", "closed"]


def test_rows_of_a_call_that_came_before_are_added_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    path = log(tmp_path, SF, ENGINE, MEDIC.replace('"{', "{").replace('}"', "}").split("{")[0], TRUCK)
    assert counts(run(path)) == (3, 3, 0, 0)
    item = Call.objects.get(category="us.fire.structure-fire").item
    assert Call.objects.count() == 2
    assert item.closed_at == datetime(2018, 1, 3, 0, 30, tzinfo=UTC)
    assert Change.objects.filter(item=item).order_by("-version")[0].data["unit"] == "T03"
    assert counts(run(path)) == (3, 0, 3, 0)
    assert counts(run(log(tmp_path, SF, TRUCK, ENGINE, name="turned.csv"))) == (2, 0, 2, 0)


def test_a_place_that_is_no_point_is_rejected_with_what_was_read(tmp_path: Path) -> None:
    found = run(log(tmp_path, SF, MEDIC))
    assert counts(found) == (1, 0, 0, 1)
    assert selectors.open_rejects(found).get().faults[0]["reason"].startswith("is not a point")


@pytest.mark.parametrize("gap", ["Dispatch DtTm", "On Scene DtTm"])
def test_a_stage_before_the_one_before_it_is_impossible(tmp_path: Path, gap: str) -> None:
    place = SF.split(",").index(gap)
    row = ENGINE.split(",")
    row[place] = "01/02/2018 02:00:00 PM"
    found = run(log(tmp_path, SF, ",".join(row)))
    assert counts(found) == (1, 0, 0, 1)
    [row] = open_rows(SYSTEM, [selectors.open_rejects(found).get()])
    assert "2018-01-02 22:00:00" in row.faults[0].value
    assert row.faults[0].field in ("dispatched_at", "arrived_at")


def test_a_type_the_mapping_does_not_know_falls_through_to_other(tmp_path: Path) -> None:
    run(log(tmp_path, SF, ENGINE.replace("Structure Fire", "Cat in Tree")))
    assert Call.objects.get().category == "us.fire.other"
    assert Category.objects.get(code="us.fire.other").name == "其他出警"
    assert not Category.objects.filter(code__contains="cat").exists()


def test_only_categories_that_are_used_are_made(tmp_path: Path) -> None:
    run(log(tmp_path, SF, ENGINE))
    assert set(Category.objects.values_list("code", flat=True)) == {"us", "us.fire", "us.fire.structure-fire"}
    assert {one.level for one in Category.objects.filter(code="us.fire")} == {2}


GENERIC = "接警时间,警情类别,等级,派警时间,到场时间,办结时间,经度,纬度,地址,辖区,警情内容"


@pytest.fixture
def city() -> None:
    factories.city()
    for code, name, name_en, handled_by in (
        ("order.fight", "打架", "fight", "police"),
        ("life.noise", "噪声扰民", "noise", "livelihood"),
    ):
        Category.objects.create(code=code, name=name, name_en=name_en, level=2, handled_by=handled_by)
    catalogue.forget()


def test_our_own_layout_takes_chinese_headings_and_names_of_categories(tmp_path: Path, city: None) -> None:
    row = "2026-01-05 08:00,打架,1,2026-01-05 08:01,2026-01-05 08:09,2026-01-05 09:00,121.2,29.5,月湖,,有人打架"
    assert counts(run(log(tmp_path, GENERIC, row, row.replace("打架,1", "Fight,2")))) == (2, 1, 0, 1)
    item = Item.objects.get()
    assert (item.kind, item.category, item.priority, item.area_code) == ("incident", "order.fight", 1, f"{HOME}001")
    assert Incident.objects.get().address == "月湖"
    assert [state for state, _at in stages(item)] == ["new", "assigned", "on_scene", "closed"]


def test_a_livelihood_matter_of_a_log_is_a_matter(tmp_path: Path, city: None) -> None:
    run(log(tmp_path, GENERIC, f"2026-01-05 08:00,noise,,,,2026-01-06 08:00,,,,区{HOME},夜里施工"))
    item = Item.objects.get()
    assert (item.kind, item.state, item.area_code) == ("matter", "closed", HOME)
    assert Matter.objects.count() == 1
    assert [state for state, _at in stages(item)] == ["received", "closed"]


def test_a_point_outside_the_city_is_taken_and_flagged(tmp_path: Path, city: None) -> None:
    run(log(tmp_path, GENERIC, "2026-01-05 08:00,打架,,,,,110,20,,,"))
    item = Item.objects.get()
    assert (item.area_code, item.outside, item.lon) == ("", True, 110.0)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".tsv"])
def test_the_same_log_in_another_format_gives_the_same_calls(tmp_path: Path, city: None, suffix: str) -> None:
    frame = pl.DataFrame(
        {
            "received_at": [datetime(2026, 1, 5, 8, 0), datetime(2026, 1, 5, 9, 30)],
            "category": ["order.fight", "order.fight"],
            "lon": [121.2, None],
            "lat": [29.5, None],
            "address": ["月湖", "鼓楼"],
        }
    )
    path = tmp_path / f"log{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in (frame.columns, *frame.iter_rows()):
            book.active.append(row)
        book.save(path)
    elif suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path, separator="\t")
    assert counts(run(path)) == (2, 2, 0, 0)
    assert counts(run(path)) == (2, 0, 2, 0)
    moments = [call.received_at for call in Call.objects.order_by("received_at")]
    assert moments == [datetime(2026, 1, 5, 0, 0, tzinfo=UTC), datetime(2026, 1, 5, 1, 30, tzinfo=UTC)]
    assert Call.objects.order_by("received_at")[1].lon is None


def test_a_layout_is_guessed_only_where_rows_can_be_read_by_it(tmp_path: Path) -> None:
    importer = selectors.importer("calls")
    assert selectors.mapping_for(importer, log(tmp_path, SF, ENGINE)).code == "sf_fire"
    assert selectors.mapping_for(importer, log(tmp_path, GENERIC)).code == "generic"
    with pytest.raises(MappingError, match="no ready mapping fits"):
        selectors.mapping_for(importer, log(tmp_path, "a,b,c,d,e,f", "1,2,3,4,5,6"))


def test_a_mapping_of_ones_own_is_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[mapping]\ncode="own"\ntitle="Own"\ntime_zone="Asia/Shanghai"\n[fields]\n'
        'received_at={column="t",type="time",required=true}\ncategory={column="k",required=true}\n'
        '[catalogue]\nroot="x"\n[catalogue.groups]\nA={name="甲",name_en="A",handled_by="police"}\n'
        '[catalogue.types]\nz={group="A",name="乙",name_en="Z"}\n',
        encoding="utf-8",
    )
    assert counts(run(log(tmp_path, "t,k", "2026-01-05 08:00,z", "2026-01-05 08:00,y"), str(own))) == (2, 1, 0, 1)
    assert Category.objects.get(code="x.a.z").name == "乙"
