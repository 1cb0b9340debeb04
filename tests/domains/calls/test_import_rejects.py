"""Rows put aside: the file of them, mended and imported again; runs cut off; telling pages how far a run is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from anning.domains.calls.models import Call
from anning.domains.calls.selectors import catalogue
from anning.kernel.access.scope import SYSTEM
from anning.kernel.importing import selectors, services
from anning.kernel.importing.mapping import MappingError
from anning.kernel.importing.models import RejectState, Run, RunState
from anning.kernel.importing.reading import UnreadableFileError, read_rows
from anning.kernel.importing.rejects import open_rows, write_rejects
from anning.kernel.work.models import Event, Item
from tests.domains.calls.importing import counts, log, run

pytestmark = pytest.mark.django_db
GOOD = "40.0883549,-75.3821004,EMS: ABDOMINAL PAINS,2016-01-15 12:01,UPPER MERION,DEKALB PIKE & ALLENDALE RD"
NORTH = GOOD.replace("40.0883549", "north")
NEVER = GOOD.replace("2016-01-15 12:01", "never")


@pytest.fixture(autouse=True)
def empty_catalogue() -> None:
    catalogue.forget()


def rejects_of(found: Run, path: Path, **mend: dict[str, str]) -> Path:
    """Write a run's rejects, with values of a line changed as `L<line>={column: value}` says."""
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        write_rejects(SYSTEM, found, stream)
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    rows = [{**row, **mend.get(f"L{row['(line)']}", {})} for row in rows]
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_file_of_rejects_mended_goes_in_once(tmp_path: Path) -> None:
    found = run(log(tmp_path, GOOD, NORTH, NEVER))
    assert counts(found) == (3, 1, 0, 2)
    mended = rejects_of(found, tmp_path / "rejects.csv", L2={"lat": "40.2"}, L3={"timeStamp": "2016-01-16 12:01"})
    assert counts(run(mended)) == (2, 2, 0, 0)
    assert counts(run(mended)) == (2, 0, 2, 0)
    assert {reject.state for reject in found.rejects.all()} == {RejectState.MENDED}
    assert sorted(Call.objects.values_list("lat", flat=True)) == [40.0883549, 40.0883549, 40.2]


def test_a_row_still_faulty_is_rejected_again_by_the_new_run_alone(tmp_path: Path) -> None:
    found = run(log(tmp_path, NORTH, NEVER), "montgomery_911")
    again = run(rejects_of(found, tmp_path / "rejects.csv", L1={"lat": "40.2"}))
    assert counts(again) == (2, 1, 0, 1)
    assert not selectors.open_rejects(found).exists()
    left = selectors.open_rejects(again).get()
    assert left.faults[0]["field"] == "received_at"
    [opened] = open_rows(SYSTEM, [left])
    assert "(run)" not in opened.raw
    assert counts(run(rejects_of(again, tmp_path / "2.csv", L3={"timeStamp": "2016-01-16 12:01"}))) == (1, 1, 0, 0)


def test_every_fault_of_a_reject_stands_in_the_file(tmp_path: Path) -> None:
    found = run(log(tmp_path, NORTH.replace("2016-01-15 12:01", "never"), GOOD))
    path = rejects_of(found, tmp_path / "rejects.csv")
    with path.open(newline="", encoding="utf-8-sig") as stream:
        row = next(csv.DictReader(stream))
    assert row["(line)"] == "1"
    assert row["(run)"] == str(found.pk)
    assert "lat 'north' is not a number" in row["(faults)"]
    assert "received_at 'never' is not a time" in row["(faults)"]


def test_rejects_of_a_mapping_not_at_hand_ask_for_it(tmp_path: Path) -> None:
    found = run(log(tmp_path, NORTH), "montgomery_911")
    Run.objects.filter(pk=found.pk).update(mapping="own")
    importer = selectors.importer("calls")
    with pytest.raises(MappingError, match="name it by --mapping"):
        selectors.mapping_for(importer, rejects_of(found, tmp_path / "rejects.csv"))


def test_a_file_that_breaks_in_the_middle_fails_with_the_line_and_keeps_what_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    path = log(tmp_path, *(GOOD.replace("40.08", f"40.1{number}") for number in range(3)), "x" * 200_000)
    with pytest.raises(UnreadableFileError, match="line 4: cannot be read as CSV: field larger"):
        run(path, "montgomery_911")
    found = Run.objects.get()
    assert (found.state, found.read, found.imported) == (RunState.FAILED, 2, 2)
    assert "line 4" in found.error
    assert Call.objects.count() == 2
    assert counts(run(log(tmp_path, *path.read_text().splitlines()[:3]))) == (3, 1, 2, 0)


def test_a_row_with_a_nul_or_too_few_cells_is_a_reject_and_nothing_worse(tmp_path: Path) -> None:
    found = run(log(tmp_path, GOOD, GOOD.replace("DEKALB", "DE\0KALB"), "40.1,-75.1", ",,,,,", GOOD + ",more"))
    assert counts(found) == (4, 2, 0, 2)
    assert [reject.line for reject in selectors.open_rejects(found)] == [2, 3]


def test_a_run_that_was_cut_off_is_said_so_when_the_file_is_taken_up_again(tmp_path: Path) -> None:
    path = log(tmp_path, GOOD)
    importer = selectors.importer("calls")
    cut = services.begin(SYSTEM, importer, path, selectors.mapping_for(importer, path))
    assert counts(run(path)) == (1, 1, 0, 0)
    cut.refresh_from_db()
    assert (cut.state, cut.error) == (RunState.FAILED, "cut off, and taken up again")


def test_a_fault_of_the_service_rolls_its_batch_back_and_only_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    monkeypatch.setattr(services, "counts_of", None)
    path = log(tmp_path, *(GOOD.replace("40.08", f"40.1{number}") for number in range(4)))
    importer = selectors.importer("calls")
    mapping = selectors.mapping_for(importer, path)
    real, batches = services._service(importer), []

    def breaks(viewer, mapping, rows, now):
        batches.append(len(rows))
        fates = real(viewer, mapping, rows, now)
        if len(batches) == 2:
            raise OSError(28, "No space left on device")
        return fates

    monkeypatch.setattr(services, "_service", lambda _importer: breaks)
    with pytest.raises(OSError, match="No space"):
        services.run_import(SYSTEM, importer, path, mapping)
    assert Call.objects.count() == Item.objects.count() == 2
    assert Run.objects.get().read == 2


def test_pages_are_told_how_far_a_long_run_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    monkeypatch.setattr(services, "TELL_S", -1.0)
    found = run(log(tmp_path, GOOD, NORTH))
    told = [event.body for event in Event.objects.filter(topic="importing.run").order_by("pk")]
    assert told[0] == {"run": found.pk, "read": 1, "imported": 1, "duplicates": 0, "rejected": 0}
    assert told[-1]["rejected"] == 1
    assert {event.kind for event in Event.objects.all()} == {"incident"}


def test_lines_are_those_of_the_file_also_after_a_quoted_break(tmp_path: Path) -> None:
    path = log(tmp_path, GOOD.replace("DEKALB PIKE", '"DEKALB').replace("ALLENDALE RD", 'PIKE"'), GOOD)
    mapping = selectors.mapping_for(selectors.importer("calls"), path, "montgomery_911")
    path.write_text(path.read_text().replace("DEKALB &", "DEKALB\n&"), encoding="utf-8")
    assert [line for line, _row in read_rows(path, mapping)] == [2, 3]
