"""From the times of a call's rows to a timeline that the state table knows, whatever is missing; and its category."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.domains.calls.models import Category
from anning.domains.calls.module import INCIDENT_KIND, MATTER_KIND
from anning.domains.calls.selectors import catalogue
from anning.domains.calls.services.cataloguing import LONGEST, Cataloguer
from anning.domains.calls.services.stages import STAGES, order_faults, past
from anning.kernel.importing.mapping import Mapping
from anning.kernel.importing.rows import MappedRow

RANG = datetime(2026, 1, 5, tzinfo=UTC)
ORDER = ["new", "assigned", "en_route", "on_scene", "closed"]
GAP = st.none() | st.integers(0, 3600)


@st.composite
def units(draw: st.DrawFn) -> list[MappedRow]:
    """Rows of one call, each possible by itself: its stages come one after another, any of them missing."""
    rows = []
    for number in range(draw(st.integers(1, 4))):
        values: dict[str, Any] = {"received_at": RANG, "category": "x", "unit": f"U{number}"}
        at = RANG
        for name in STAGES:
            gap = draw(GAP)
            if gap is not None:
                at += timedelta(seconds=gap)
                values[name] = at
        rows.append(MappedRow(number + 1, f"k{number}", values, {}))
    return rows


@given(units())
def test_a_timeline_goes_forward_in_time_and_through_the_stages(rows: list[MappedRow]) -> None:
    assert all(order_faults(row) == [] for row in rows)
    steps = past(INCIDENT_KIND, rows, "m")
    assert all(one.at <= two.at for one, two in pairwise(steps))
    assert all(ORDER.index(one.state) < ORDER.index(two.state) for one, two in pairwise(steps))
    assert (steps[0].verb, steps[0].at, steps[-1].state) == ("import", RANG, "closed")
    assert steps[0].data["keys"] == [row.key for row in rows]


@given(units())
def test_arrival_is_the_first_units_and_the_end_the_last_units(rows: list[MappedRow]) -> None:
    steps = {step.state: step.at for step in past(INCIDENT_KIND, rows, "m")}
    ended = [row.values["closed_at"] for row in rows if "closed_at" in row.values]
    if ended:
        assert steps["closed"] == max(ended)
    arrived = [row.values["arrived_at"] for row in rows if "arrived_at" in row.values]
    if arrived:
        assert steps.get("on_scene", min(arrived)) == min(arrived)


@given(units())
def test_a_matter_has_only_the_stages_it_knows(rows: list[MappedRow]) -> None:
    steps = past(MATTER_KIND, rows, "m")
    assert {step.state for step in steps} <= {"received", "closed"}
    assert steps[-1].state == "closed"


def test_without_stages_a_call_is_closed_as_it_is_imported() -> None:
    steps = past(INCIDENT_KIND, [MappedRow(7, "k", {"received_at": RANG, "area_name": "西"}, {})], "m")
    assert [(step.verb, step.state, step.at) for step in steps] == [("import", "closed", RANG)]
    assert steps[0].data == {"mapping": "m", "line": 7, "area": "西", "keys": ["k"]}


@pytest.mark.parametrize("late", list(STAGES))
def test_an_impossible_order_names_both_stages(late: str) -> None:
    faults = order_faults(
        MappedRow(1, "k", {"received_at": RANG, late: RANG - timedelta(seconds=1), "category": "x"}, {})
    )
    assert [fault.field for fault in faults] == [late]
    assert "received_at" in faults[0].reason


def mapping(**rules: Any) -> Mapping:
    groups = {"A": {"name": "甲", "name_en": "A", "handled_by": "fire", "priority": 1}}
    return Mapping("m", "M", (), settings={"catalogue": {"root": "r", "groups": groups, **rules}})


@pytest.fixture
def theft(db: None) -> None:
    Category.objects.create(code="crime.theft", name="盗窃", name_en="Theft", level=2, priority=4, handled_by="police")
    catalogue.forget()


@pytest.mark.parametrize(
    ("rules", "text", "code"),
    [
        ({}, "crime.theft", "crime.theft"),
        ({}, "盗窃", "crime.theft"),
        ({}, "Theft", "crime.theft"),
        ({"codes": {"偷": "crime.theft"}}, "偷", "crime.theft"),
        ({"split": ":"}, "A: Big / Fire -", "r.a.big-fire"),
        ({"split": ":"}, "A", "r.a.a"),
        ({"types": {"boom": {"group": "A", "name": "爆炸", "name_en": "Blast"}}}, "boom", "r.a.boom"),
        ({"fall_through": {"group": "A", "name": "其他", "name_en": "Other"}}, "whatever", "r.a.other"),
        ({}, "A: x", ""),
        ({"split": ":"}, "B: x", ""),
        ({}, "", ""),
    ],
)
def test_what_a_text_of_the_log_stands_for(theft: None, rules: dict[str, Any], text: str, code: str) -> None:
    assert Cataloguer(mapping(**rules)).code(text) == code


def test_new_categories_are_made_with_those_above_them_and_once(theft: None) -> None:
    codes = Cataloguer(mapping(split=":", name="根", name_en="Root", names={"BIG": "大"}))
    used = [codes.code("A: BIG"), codes.code("crime.theft")]
    codes.code("A: NEVER USED")
    assert codes.save(used) == ["r", "r.a", "r.a.big"]
    assert [(one.name, one.level) for one in Category.objects.filter(code__startswith="r").order_by("code")] == [
        ("根", 1),
        ("甲", 2),
        ("大", 3),
    ]
    again = Cataloguer(mapping(split=":"))
    assert again.save([again.code("A: BIG")]) == []
    assert (again.priority("r.a.big"), again.priority("crime.theft"), again.priority("none")) == (1, 4, 3)


def test_a_long_type_gets_a_code_that_fits(theft: None) -> None:
    code = Cataloguer(mapping(split=":")).code("A: " + "very long words " * 10)
    assert len(code) <= LONGEST
    assert not code.endswith("-")
