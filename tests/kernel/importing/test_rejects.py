"""Rows put aside may name callers: sealed, opened with a trace, emptied when settled, deleted with proof."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from anning.gateway.chores import purge_all
from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.importing.models import Reject, RejectState, Run
from anning.kernel.importing.rejects import (
    TO_MEND,
    drop_left_files,
    open_rows,
    put_aside,
    settle,
    uploads,
    write_rejects,
)
from anning.kernel.importing.rows import Fault
from anning.kernel.importing.selectors import importer, open_rejects
from anning.kernel.people.models import Deletion
from anning.kernel.people.services import rotate_keys
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LOOKER = Viewer(7, "supervisor 7")
CALLER = {"caller": "王某", "phone": "10012345678", "at": "never"}
FAULT = Fault("received_at", "10012345678", "is not a time")
KEPT = timedelta(days=importer("calls").reject_days)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def run() -> Run:
    return Run.objects.create(importer="calls", mapping="generic", file_name="log.csv", started_at=NOW, actor="x")


def aside(of: Run | None = None, line: int = 2) -> Reject:
    of = of or run()
    put_aside(of, [(line, CALLER, [FAULT])], NOW)
    return of.rejects.get(line=line)


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row, faults FROM importing_reject")
        return "".join(f"{bytes(row).decode()} {faults}" for row, faults in cursor.fetchall())


def test_nothing_of_a_row_stands_in_the_database_in_plain() -> None:
    aside()
    assert "is not a time" in stored(), "the reason stands with the field, without the value"
    for part in ("王某", json.dumps("王某")[1:-1], "10012345678", "never"):
        assert part not in stored()
    assert "1001" not in f"{Reject.objects.get()}{Reject.objects.get().row}"


def test_opening_says_who_looked_why_and_at_which_lines_and_nothing_of_them() -> None:
    of = run()
    rows = open_rows(LOOKER, [aside(of, 2), aside(of, 9)])
    assert [(row.line, row.raw, row.faults) for row in rows] == [(2, CALLER, [FAULT]), (9, CALLER, [FAULT])]
    entry = Entry.objects.get(action="read")
    assert (entry.actor_id, entry.subject, entry.purpose) == (7, f"importing.run:{of.pk}", TO_MEND)
    assert json.loads(entry.body) == {"fields": ["row"], "lines": [2, 9]}


def test_opening_nothing_leaves_no_trace_and_opening_without_a_purpose_opens_nothing() -> None:
    assert open_rows(LOOKER, []) == []
    with pytest.raises(ValueError, match="purpose"):
        open_rows(LOOKER, [aside()], " ")
    assert not Entry.objects.exists()


@drawing(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.dictionaries(texts, texts, max_size=5), st.lists(st.tuples(texts, texts), max_size=3))
def test_whatever_stood_in_a_row_is_read_back_as_it_stood(raw: dict[str, str], found: list[tuple[str, str]]) -> None:
    of = run()
    faults = [Fault(f"f{place}", value, reason.replace("\0", "")) for place, (value, reason) in enumerate(found)]
    put_aside(of, [(1, raw, faults)], NOW)
    [row] = open_rows(LOOKER, list(of.rejects.all()))
    assert row.raw == {name: text.replace("\0", "␀") for name, text in raw.items()}
    assert [fault.value for fault in row.faults] == [fault.value.replace("\0", "␀") for fault in faults]
    assert [fault.field for fault in row.faults] == [fault.field for fault in faults]


@pytest.mark.parametrize("state", [RejectState.MENDED, RejectState.DROPPED])
def test_a_settled_row_is_emptied_at_once_and_settled_once(state: RejectState) -> None:
    kept = aside()
    settle(Reject.objects.all(), state)
    settle(Reject.objects.all(), RejectState.OPEN)
    kept.refresh_from_db()
    assert (kept.state, bool(kept.row), kept.faults) == (state, False, [])
    [row] = open_rows(LOOKER, [kept])
    assert (row.raw, row.faults) == ({}, [])


def test_rows_past_their_time_are_deleted_by_the_purge_of_all_and_the_deletion_proved() -> None:
    of, other = run(), run()
    old = aside(of)
    put_aside(other, [(3, CALLER, [FAULT])], NOW + timedelta(seconds=1))
    assert purge_all(NOW + KEPT - timedelta(seconds=1))["importing.Reject"] == 0
    assert purge_all(NOW + KEPT)["importing.Reject"] == 1
    assert [reject.line for reject in Reject.objects.all()] == [3]
    proof = Deletion.objects.get()
    assert (proof.model, proof.count, proof.first_id, proof.reason) == (
        "importing.reject",
        1,
        old.pk,
        "retention ended",
    )
    assert proof.digest in Entry.objects.get(action="delete").body
    assert Run.objects.count() == 2, "the counts of a run stay"
    assert not list(verify())


def test_rows_take_part_in_the_rotation_of_keys(settings) -> None:
    aside()
    before = stored()
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_KEYS]
    assert rotate_keys() == 1
    assert stored() != before
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    assert open_rows(LOOKER, list(Reject.objects.all()))[0].raw == CALLER


def test_the_file_of_rows_is_a_look_at_all_of_them() -> None:
    of = run()
    put_aside(of, [(line, CALLER, [FAULT]) for line in (4, 2)], NOW)
    text = io.StringIO()
    assert write_rejects(LOOKER, of, text) == 2
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [row["(line)"] for row in rows] == ["2", "4"]
    assert {row["phone"] for row in rows} == {"10012345678"}
    assert json.loads(Entry.objects.get(action="read").body)["lines"] == [2, 4]
    settle(open_rejects(of), RejectState.DROPPED)
    assert write_rejects(LOOKER, of, io.StringIO()) == 0


def test_an_uploaded_file_left_by_an_import_that_died_goes_after_a_day(tmp_path: Path, settings) -> None:
    settings.DATA_DIR = tmp_path
    assert drop_left_files(NOW) == 0, "there is no folder yet"
    uploads().mkdir()
    for name, hours in (("left.csv", 25), ("running.csv", 23)):
        path = uploads() / name
        path.write_text("王某")
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    assert purge_all(NOW)["imports"] == 1
    assert [path.name for path in uploads().iterdir()] == ["running.csv"]
