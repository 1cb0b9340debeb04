"""Importing call logs on the database of the run: counts, idempotency, rejects, mending, the real file."""

import io
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.domains.calls.models import Call, Category, RelatedCategories
from anning.kernel.access.scope import NOBODY, SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.importing import reading, selectors, services
from anning.kernel.importing.mapping import MappingError
from anning.kernel.importing.models import RejectState, Run, RunState
from anning.kernel.importing.rejects import open_rows, write_rejects
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Change, Clock, Event, Item
from tests.domains.calls.importing import counts, log, run

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).resolve().parents[4] / "shared" / "data" / "calls" / "montgomery_911.csv"
LINE = "40.0883549,-75.3821004,EMS: ABDOMINAL PAINS,2016-01-15 12:01,UPPER MERION,DEKALB PIKE & ALLENDALE RD"
OTHER = "40.1224422,-75.3383233,Traffic: VEHICLE ACCIDENT -,2016-01-15 12:06,NORRISTOWN,POWELL ST & E SPRUCE ST"


def test_rows_become_closed_incidents_with_calls_and_timeline(tmp_path: Path) -> None:
    assert counts(run(log(tmp_path, LINE, OTHER))) == (2, 2, 0, 0)
    call = Call.objects.select_related("item").order_by("pk")[0]
    assert call.item.state == "closed"
    assert call.item.closed_at == call.received_at
    assert call.received_at.isoformat() == "2016-01-15T17:01:00+00:00"
    assert (call.lon, call.lat, call.address) == (-75.3821004, 40.0883549, "DEKALB PIKE & ALLENDALE RD")
    assert call.category == "us.ems.abdominal-pains"
    assert Category.objects.get(code=call.category).name == "腹痛"
    change = Change.objects.get(item=call.item)
    assert (change.verb, change.data["area"]) == ("import", "UPPER MERION")
    assert not Clock.objects.exists()
    assert not Event.objects.exists()
    assert RelatedCategories.objects.filter(first="us.traffic.vehicle-accident").exists()


def test_a_batch_leaves_one_audit_entry_and_an_unbroken_chain(tmp_path: Path) -> None:
    run(log(tmp_path, LINE, OTHER))
    assert Entry.objects.filter(action="import-calls").count() == 1
    assert not list(verify())


def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    path = log(tmp_path, LINE, OTHER, LINE)
    assert counts(run(path)) == (3, 3, 0, 0)
    assert counts(run(path)) == (3, 0, 3, 0)
    assert Call.objects.count() == Item.objects.count() == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([LINE, OTHER, LINE.replace("2016", "2017")]), max_size=8), st.integers(0, 8))
def test_any_part_first_and_the_whole_after_is_the_whole(
    tmp_path: Path, small_batches: None, lines: list[str], cut: int
) -> None:
    part, whole = log(tmp_path, *lines[:cut], name="part.csv"), log(tmp_path, *lines, name="whole.csv")
    with transaction.atomic():
        assert run(part, "montgomery_911").imported == len(lines[:cut])
        assert run(whole, "montgomery_911").imported == len(lines[cut:])
        assert run(whole, "montgomery_911").imported == 0
        assert Call.objects.count() == len(lines)
        transaction.set_rollback(True)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 3)


def test_rows_that_cannot_be_read_are_kept_with_line_field_value_and_reason(tmp_path: Path) -> None:
    bad = OTHER.replace("40.1224422", "ninety")
    strange = OTHER.replace("Traffic: VEHICLE ACCIDENT -", "Circus: LION")
    late = OTHER.replace("2016-01-15", "2996-01-15")
    found = run(log(tmp_path, LINE, bad, strange, late))
    assert counts(found) == (4, 1, 0, 3)
    rejects = list(selectors.open_rejects(found))
    assert [(r.line, r.faults[0].field, r.faults[0].value) for r in open_rows(SYSTEM, rejects)][:2] == [
        (2, "lat", "ninety"),
        (3, "category", "Circus: LION"),
    ]
    assert rejects[2].faults[0]["field"] == "received_at"
    text = io.StringIO()
    assert write_rejects(SYSTEM, found, text) == 3
    assert "ninety" in text.getvalue()


def test_a_reject_is_mended_once_or_dropped(tmp_path: Path) -> None:
    bad = log(tmp_path, OTHER.replace("40.1224422", "ninety"), OTHER.replace("40.1224422", "north"))
    found = run(bad, "montgomery_911")
    first, second = selectors.open_rejects(found)
    importer = selectors.importer("calls")
    mapping = selectors.mapping_for(importer, tmp_path / "log.csv", "montgomery_911")
    [opened] = open_rows(SYSTEM, [first])
    assert services.mend(SYSTEM, first, importer, mapping, opened.raw)[0].field == "lat"
    assert services.mend(SYSTEM, first, importer, mapping, {**opened.raw, "lat": "40.1"}) == []
    found.refresh_from_db()
    assert counts(found) == (2, 1, 0, 1)
    services.drop(SYSTEM, second, "no place can be found for it")
    second.refresh_from_db()
    assert second.state == RejectState.DROPPED
    assert not selectors.open_rejects(found).exists()


def test_a_file_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    importer = selectors.importer("calls")
    mapping = selectors.mapping_for(importer, tmp_path, "montgomery_911")
    with pytest.raises(reading.UnreadableFileError, match="no such file"):
        services.run_import(SYSTEM, importer, tmp_path / "missing.csv", mapping)
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81\xff" * 50)
    with pytest.raises(reading.UnreadableFileError, match="neither UTF-8 nor GB"):
        services.run_import(SYSTEM, importer, binary, mapping)
    assert not Call.objects.exists()
    assert all(found.state == RunState.FAILED for found in Run.objects.all())


def test_a_layout_nobody_knows_is_said_with_the_columns_found(tmp_path: Path) -> None:
    path = log(tmp_path, "one,two", "1,2")
    with pytest.raises(MappingError, match=r"no ready mapping fits its columns \['one', 'two'\]"):
        selectors.mapping_for(selectors.importer("calls"), path)
    with pytest.raises(MappingError, match="neither a ready mapping"):
        selectors.mapping_for(selectors.importer("calls"), path, "nonsense")


def test_who_may_not_import_is_refused(tmp_path: Path) -> None:
    importer = selectors.importer("calls")
    path = log(tmp_path, LINE)
    with pytest.raises(RefusedError):
        services.run_import(NOBODY, importer, path, selectors.mapping_for(importer, path))
    assert not Call.objects.exists()


def test_gbk_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes(LINE.replace("DEKALB PIKE", "中山东路").encode("gb18030") + b"\n")
    run(path)
    assert Call.objects.get().address.startswith("中山东路")


@pytest.mark.data
def test_the_published_log_goes_in_whole_and_once() -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the Montgomery County log is not beside this checkout")
    assert counts(run(PUBLISHED)) == (3051, 3051, 0, 0)
    assert counts(run(PUBLISHED)) == (3051, 0, 3051, 0)
    assert Call.objects.count() == 3051
