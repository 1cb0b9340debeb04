"""Machines take data out, narrow lists by declared fields, read figures and layers, and mend what was put aside."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.contract.roles import ROLES
from anning.kernel.generic.api.asked import FilterIn, ListIn
from anning.kernel.generic.api.declared import parameters
from anning.kernel.generic.api.figures import finite
from anning.kernel.importing import background
from anning.kernel.importing.models import Reject, RejectState, Run
from anning.kernel.importing.rejects import open_rows
from anning.kernel.org.models import Unit
from anning.kernel.work.models import Item
from tests import factories, pages
from tests.kernel.generic.test_api import AWAY, BASE, Machine, machine, machine_of

__all__ = ["machine"]
REGISTERS = "/api/v1/registers"
INDICATORS = "/api/v1/figures/indicators"
GOOD = "40.0883549,-75.3821004,EMS: ABDOMINAL PAINS,2016-01-15 12:01,UPPER MERION,DEKALB PIKE\n"
BAD = GOOD.replace("2016-01-15 12:01", "never")


def text(response) -> str:
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


# exports


def test_an_export_is_the_pages_export(machine) -> None:
    number = factories.incident("=cmd()").number
    factories.incident(area_code=AWAY)
    [row] = csv.DictReader(io.StringIO(text(machine.get(f"{BASE}/export/csv", area=factories.HOME)).lstrip("\ufeff")))
    assert (row["number"], row["title"]) == (number, "'=cmd()")
    client = pages.browser(machine.who)
    assert text(client.get("/work/incident/export.csv")) == text(machine.get(f"{BASE}/export/csv"))
    assert len(json.loads(text(machine.get(f"{BASE}/export/json")))) == 2


def test_an_export_is_written_to_the_trail_with_what_it_was_narrowed_by(machine) -> None:
    text(machine.get(f"{BASE}/export/json", priority=1, since="2026-03-04T00:00:00Z"))
    entry = Entry.objects.filter(action="export").latest("id")
    assert (entry.actor, entry.subject) == (machine.who.username, "work.incident")
    assert "priority=1" in entry.body


def test_an_export_is_for_those_who_may_and_of_what_they_see(here) -> None:
    factories.incident("近处的事")
    for role in ROLES:
        may = role.code in registry.kind("incident").may["export"]
        assert machine_of(role.code).get(f"{BASE}/export/csv").status_code == (200 if may else 404)
    assert "近处的事" not in text(machine_of("supervisor", factories.AWAY).get(f"{BASE}/export/csv"))


@pytest.mark.parametrize(("form", "status"), [("csv", 200), ("json", 200), ("xml", 422), ("CSV", 422)])
def test_an_export_has_two_forms(machine, form: str, status: int) -> None:
    assert machine.get(f"{BASE}/export/{form}").status_code == status
    assert machine.get(f"{REGISTERS}/units/export/{form}").status_code == status


def test_a_register_is_taken_out_narrowed(machine) -> None:
    first, _second = factories.unit(), factories.unit()
    Unit.objects.filter(pk=first.pk).update(kind="boat")
    rows = json.loads(text(machine.get(f"{REGISTERS}/units/export/json", **{"f.kind": "boat"})))
    assert [row["code"] for row in rows] == [first.code]
    assert Entry.objects.filter(action="export", subject="register.units").exists()


# declared fields


def test_a_list_is_narrowed_by_declared_fields(machine) -> None:
    first, second = factories.unit(), factories.unit()
    Unit.objects.filter(pk=first.pk).update(kind="boat")

    def keys(**query: str) -> list[str]:
        return [row["key"] for row in machine.get(f"{REGISTERS}/units", **query).json()["rows"]]

    assert keys(**{"f.kind": "boat"}) == [first.code]
    assert keys(**{"f.kind": "none"}) == []
    assert keys(**{"f.code": "none"}) == sorted([first.code, second.code]), "not declared as a filter"


def test_the_document_names_the_declared_fields() -> None:
    [one] = parameters(pages.WELL.fields)["parameters"]
    assert (one["name"], one["in"], one["required"]) == ("f.address", "query", False)


def test_what_is_asked_becomes_the_pages_query() -> None:
    asked = ListIn(q=" well ", state="open", open=True, cursor="c", limit=7).query((("address", "x"),))
    assert (asked.text, asked.state, asked.open_only, asked.cursor, asked.limit) == ("well", "open", True, "c", 7)
    assert asked.fields == (("address", "x"),)
    assert FilterIn().query() == type(asked)()


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-03-04T00:00:00Z", 200),
        ("1899-12-31T23:59:59Z", 422),
        ("2200-01-02T00:00:00Z", 422),
        ("0001-01-01T00:00:00+14:00", 422),
        ("2026-03-04", 422),
    ],
)
def test_times_are_of_this_age_and_with_their_offset(machine, moment: str, status: int) -> None:
    for path in (BASE, f"{BASE}/layer", f"{BASE}/export/csv"):
        assert machine.get(path, until=moment).status_code == status


# figures, layers, places


def test_every_declared_indicator_is_read(machine) -> None:
    factories.incident()
    told = machine.get(INDICATORS, since="2026-03-01", until="2026-03-31").json()
    declared = [(module.code, one.code) for module in registry.modules() for one in module.indicators]
    assert [(one["module"], one["code"]) for one in told] == declared
    assert {(one["since"], one["until"]) for one in told} == {("2026-03-01", "2026-03-31")}
    assert machine.get(INDICATORS, module="nosuch").json() == []


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "0001-01-01"},
        {"until": "0001-01-01"},
        {"since": "9999-12-31"},
        {"since": "2000-01-01", "until": "2026-01-01"},
        {"since": "today"},
    ],
)
def test_a_period_that_is_none_is_refused(machine, query: dict[str, str]) -> None:
    assert machine.get(INDICATORS, **query).status_code == 422


def test_without_days_it_is_the_thirty_up_to_yesterday(machine) -> None:
    told = machine.get(INDICATORS).json()[0]
    days = date.fromisoformat(told["until"]) - date.fromisoformat(told["since"])
    assert days.days == 29
    alone = machine.get(INDICATORS, since="2026-03-01").json()[0]
    assert alone["until"] == "2026-03-30"


def test_figures_are_for_those_who_read_work(here) -> None:
    assert machine_of("auditor").get(INDICATORS).status_code == 404
    assert machine_of("analyst").get(INDICATORS).status_code == 200


@pytest.mark.parametrize(("value", "shown"), [(float("nan"), None), (float("-inf"), None), (0.5, 0.5), (3, 3)])
def test_a_number_that_is_none_is_null(value: float, shown: float | None) -> None:
    assert finite(value) == shown


def test_declared_layers_are_named_and_drawn_for_their_roles(here) -> None:
    dispatcher, unit = machine_of("dispatcher"), machine_of("unit")
    named = [(one["module"], one["layer"]) for one in dispatcher.get("/api/v1/layers").json()]
    assert ("calls", "incidents") in named
    assert [one["module"] for one in unit.get("/api/v1/layers").json()] == ["travel"], "closed roads are for crews too"
    Item.objects.filter(pk=factories.incident().pk).update(lon=121.2, lat=29.5)
    path = "/api/v1/layers/calls/incidents"
    assert len(dispatcher.get(path).json()["features"]) == 1
    assert dispatcher.get(path, area=factories.AWAY).json()["features"] == []
    assert machine_of("dispatcher", factories.AWAY).get(path).json()["features"] == []
    for gone in ("/api/v1/layers/calls/nosuch", "/api/v1/layers/nosuch/incidents"):
        assert dispatcher.get(gone).status_code == 404
    assert unit.get(path).status_code == 404


def test_a_layer_with_a_nul_in_what_is_asked_is_drawn_without_it(supervisor) -> None:
    assert supervisor.get("/map/layers/calls/incidents.geojson?area=%00").status_code == 200


def test_one_point_is_located_and_too_many_are_refused(machine) -> None:
    path = "/api/v1/places/locate"
    assert machine.get(path, lon=121.2, lat=29.5).json() == {
        "area_code": f"{factories.HOME}001",
        "area": machine.post(path, [{"lon": 121.2, "lat": 29.5}]).json()[0]["area"],
        "outside": False,
    }
    assert machine.get(path, lon=0, lat=0).json() == {"area_code": "", "area": "", "outside": True}
    assert machine.get(path, lon=181, lat=0).status_code == 422
    assert machine.post(path, [{"lon": 0, "lat": 0}] * 10_001).status_code == 422
    assert machine.client.post(path, "[]", content_type="application/json").json() == []


# rows put aside


@pytest.fixture
def run(machine, monkeypatch, settings, tmp_path) -> Run:
    """An import of which one row was put aside, started by the machine's user."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(background, "apart", lambda work, _name: work())
    upload = {"file": SimpleUploadedFile("a.csv", (GOOD + BAD).encode()), "mapping": "montgomery_911"}
    told = machine.client.post(f"{BASE}/imports", upload)
    assert told.status_code == 202, told.content
    return Run.objects.get(pk=told.json()["id"])


def settle(who: Machine, run: Run, method: str, body: object = None, query: str = ""):
    line = run.rejects.get().line
    path = f"{BASE}/imports/{run.pk}/rejects/{line}{query}"
    return getattr(who.client, method)(path, json.dumps(body or {}), content_type="application/json")


def test_a_row_is_mended(machine, run) -> None:
    still = settle(machine, run, "put", {"raw": {"timeStamp": "nor ever"}})
    assert still.status_code == 200
    assert [fault["field"] for fault in still.json()]
    assert settle(machine, run, "put", {"raw": {"timeStamp": "2016-01-16 12:01"}}).json() == []
    assert Reject.objects.get().state == RejectState.MENDED
    assert Item.objects.filter(kind="incident").count() == 2
    assert settle(machine, run, "put", {"raw": {}}).status_code == 404, "it no longer waits"


def test_columns_a_row_has_not_are_left_aside(machine, run) -> None:
    assert settle(machine, run, "put", {"raw": {"nosuch": "x"}}).status_code == 200
    [row] = open_rows(SYSTEM, [Reject.objects.get()])
    assert row.raw
    assert "nosuch" not in row.raw


def test_a_row_is_left_out_for_a_reason(machine, run) -> None:
    assert settle(machine, run, "delete").status_code == 422
    assert settle(machine, run, "delete", query="?reason=%20").status_code == 422
    assert settle(machine, run, "delete", query="?reason=no+time+known").status_code == 204
    assert Reject.objects.get().state == RejectState.DROPPED
    entry = Entry.objects.filter(action="drop").latest("id")
    assert (entry.actor, entry.purpose) == (machine.who.username, "no time known")


def test_rows_of_anothers_run_do_not_exist(run) -> None:
    other = machine_of("supervisor", factories.HOME)
    assert settle(other, run, "put", {"raw": {}}).status_code == 404
    assert settle(other, run, "delete", query="?reason=x").status_code == 404
    assert settle(machine_of("dispatcher"), run, "put", {"raw": {}}).status_code == 404


def test_a_layout_that_is_gone_is_said(machine, run) -> None:
    Run.objects.update(mapping="own-file.toml")
    assert settle(machine, run, "put", {"raw": {}}).status_code == 422
