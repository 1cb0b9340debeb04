"""The import pages: choose a file, watch it, mend or drop what was put aside."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from anning.kernel.audit.models import Entry
from anning.kernel.importing import background
from anning.kernel.importing.models import Reject, RejectState, Run, RunState
from anning.kernel.importing.rejects import TO_MEND
from anning.kernel.importing.selectors import importer, importers_of, runs_for
from anning.kernel.work.errors import RefusedError
from anning.kernel.work.models import Item
from tests import factories, pages

START = "/work/incident/import/"
HEADER = "lat,lng,desc,zip,title,timeStamp,twp,addr,e\n"
GOOD = "40.0883549,-75.3821004,EMS: ABDOMINAL PAINS,2016-01-15 12:01,UPPER MERION,DEKALB PIKE & ALLENDALE RD\n"
OTHER = "40.1224422,-75.3383233,Traffic: VEHICLE ACCIDENT -,2016-01-15 12:06,NORRISTOWN,POWELL ST & E SPRUCE ST\n"
BAD = "40.1224422,-75.3383233,Fire: GAS-ODOR/LEAK,not a time,NORRISTOWN,POWELL ST\n"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch, settings, tmp_path) -> None:
    """The import runs within the request, so that the test sees its end; the folder of uploads is the test's own."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(background, "apart", lambda work, _name: work())


def send(client, text: str = GOOD + OTHER + BAD, name: str = "calls.csv", **more: str):
    return client.post(START, {"file": SimpleUploadedFile(name, text.encode()), **more})


def run_of(response) -> Run:
    assert response.status_code == 302
    return Run.objects.get(pk=int(response["Location"].rsplit("/", 1)[1]))


def test_the_page_offers_the_layouts_there_are(supervisor) -> None:
    context = supervisor.get(START).context
    assert "montgomery_911" in dict(context["form"].fields["mapping"].choices)
    assert ".csv" in context["formats"]
    assert context["past"] == []


def test_a_file_goes_in_and_every_row_is_accounted_for(supervisor) -> None:
    run = run_of(send(supervisor))
    assert (run.state, run.read, run.imported, run.rejected) == (RunState.DONE, 3, 2, 1)
    assert run.file_name == "calls.csv"
    assert Item.objects.filter(kind="incident").count() == 2
    page = supervisor.get(f"{START}{run.pk}")
    assert page.context["step"] == "done"
    assert page.context["run"]["finished"]
    assert page.context["run"]["imported"] == 2
    [line] = page.context["rejects"]
    assert line["line"] == 3
    assert "time" in line["reason"]
    assert line["url"] == f"{START}{run.pk}/rows/3"
    assert page.content.decode().count("not a time") == 1, "the reason says so; what stood in the row is not shown here"
    assert not Entry.objects.filter(action="read").exists()


def test_the_same_file_again_adds_nothing(supervisor) -> None:
    send(supervisor)
    run = run_of(send(supervisor))
    assert (run.imported, run.duplicates) == (0, 2)
    past = supervisor.get(START).context["past"]
    assert len(past) == 2
    assert "已有 2 行" in past[0]["counts"]


def test_a_layout_can_be_named(supervisor) -> None:
    assert run_of(send(supervisor, mapping="montgomery_911")).mapping == "montgomery_911"
    assert send(supervisor, mapping="nosuch").status_code == 422


@pytest.mark.parametrize(
    ("text", "name"),
    [(GOOD, "calls.exe"), (GOOD, "calls"), ("a,b,c\n1,2,3\n", "calls.csv"), ("", "calls.csv"), ("x", "calls.xlsx")],
)
def test_what_cannot_be_read_is_said_and_kept_nowhere(supervisor, text: str, name: str) -> None:
    response = send(supervisor, text, name)
    assert response.status_code == 422
    error = response.content.decode()
    assert 'role="alert"' in error
    assert str(django_settings.DATA_DIR) not in error
    assert not Run.objects.exists()
    assert not list((Path(django_settings.DATA_DIR) / "imports").glob("*"))


def test_the_file_is_gone_when_the_run_has_ended(supervisor) -> None:
    send(supervisor)
    assert not list((Path(django_settings.DATA_DIR) / "imports").glob("*"))


def test_a_full_disk_is_said(supervisor, monkeypatch) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    response = send(supervisor)
    assert response.status_code == 422
    assert "No space left" in response.content.decode()


# while it runs


def running(client, **more: object) -> Run:
    run = run_of(send(client))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, finished_at=None, expected=300, read=100, **more)
    return run


def test_a_running_import_is_polled_until_it_ends(supervisor) -> None:
    run = running(supervisor)
    page = supervisor.get(f"{START}{run.pk}")
    assert page.context["step"] == "running"
    assert f'hx-get="{START}{run.pk}"' in page.content.decode()
    part = supervisor.get(f"{START}{run.pk}", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert 'max="300" value="100"' in part.content.decode()
    assert "HX-Refresh" not in part
    Run.objects.update(state=RunState.DONE)
    assert supervisor.get(f"{START}{run.pk}", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_rate_and_time_left_are_told() -> None:
    from datetime import timedelta

    from anning.kernel.generic.present.imports import run_shown

    run = Run(file_name="a", expected=300, read=100, started_at=factories.NOW)
    shown = run_shown(run, factories.NOW + timedelta(seconds=10))
    assert (shown["rate_per_s"], shown["seconds_left"]) == (10, 20)
    slow = run_shown(Run(file_name="a", expected=300, read=0, started_at=factories.NOW), factories.NOW)
    assert slow["seconds_left"] is None


def test_a_run_that_failed_says_why(supervisor) -> None:
    run = running(supervisor)
    Run.objects.update(state=RunState.FAILED, error="the disk is full")
    page = supervisor.get(f"{START}{run.pk}").content.decode()
    assert "the disk is full" in page


def test_a_fault_of_the_database_ends_the_run_with_its_reason(supervisor, monkeypatch) -> None:
    def lost(*_args: object, **_more: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(background, "run_import", lost)
    run = run_of(send(supervisor))
    assert (run.state, run.error) == (RunState.FAILED, "database or disk is full")


def test_a_refusal_ends_the_run_with_its_reason(supervisor, monkeypatch) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise RefusedError("not here")

    monkeypatch.setattr(background, "run_import", refused)
    assert run_of(send(supervisor)).error == "not here"


# rows put aside


def test_the_rows_put_aside_are_a_file_to_mend(supervisor) -> None:
    run = run_of(send(supervisor))
    response = supervisor.get(f"{START}{run.pk}/rejects.csv")
    assert response["Content-Disposition"] == f'attachment; filename="rejects-{run.pk}.csv"'
    [row] = csv.DictReader(io.StringIO(response.content.decode().removeprefix("\ufeff")))
    assert "not a time" in row.values()
    assert any("time" in value for name, value in row.items() if "fault" in name)


def mended(client, run: Run, changes: dict[str, str]):
    address = f"{START}{run.pk}/rows/3"
    form = client.get(address).context["form"]
    data = {name: form.initial.get(name) or field.initial or "" for name, field in form.fields.items()}
    data |= {name: next((new for old, new in changes.items() if old == value), value) for name, value in data.items()}
    return client.post(address, data)


def test_a_look_at_a_row_or_at_the_file_of_rows_is_written_down(supervisor) -> None:
    run = run_of(send(supervisor))
    page = supervisor.get(f"{START}{run.pk}/rows/3").content.decode()
    assert "not a time" in page
    supervisor.get(f"{START}{run.pk}/rejects.csv")
    looks = Entry.objects.filter(action="read")
    assert {(look.subject, look.purpose) for look in looks} == {(f"importing.run:{run.pk}", TO_MEND)}
    assert looks.count() == 2


def test_a_row_is_mended_by_hand(supervisor) -> None:
    run = run_of(send(supervisor))
    response = mended(supervisor, run, {"not a time": "2016-01-15 12:09"})
    assert response["Location"] == f"{START}{run.pk}"
    run.refresh_from_db()
    assert (run.imported, run.rejected) == (3, 0)
    assert Reject.objects.get().state == RejectState.MENDED
    assert supervisor.get(f"{START}{run.pk}/rows/3").status_code == 404


def test_a_row_still_wrong_says_what_is(supervisor) -> None:
    run = run_of(send(supervisor))
    response = mended(supervisor, run, {"not a time": "still none"})
    assert response.status_code == 422
    assert "still none" in response.content.decode()
    assert Reject.objects.get().state == RejectState.OPEN


def test_a_row_is_left_out_for_a_reason(supervisor) -> None:
    run = run_of(send(supervisor))
    response = supervisor.post(f"{START}{run.pk}/rows/3", {"drop": "test line"})
    assert response.status_code == 302
    assert Reject.objects.get().state == RejectState.DROPPED
    assert Entry.objects.get(action="drop").purpose == "test line"


def test_a_layout_no_longer_at_hand_cannot_mend(supervisor) -> None:
    run = run_of(send(supervisor))
    Run.objects.update(mapping="gone")
    assert mended(supervisor, run, {}).status_code == 422


# who


@pytest.mark.parametrize("path", ["", "/rejects.csv", "/rows/3"])
def test_a_run_of_the_whole_city_is_not_for_one_county(supervisor, neighbour, path: str) -> None:
    run = run_of(send(supervisor))
    assert supervisor.get(f"{START}{run.pk}{path}").status_code == 200
    assert neighbour.get(f"{START}{run.pk}{path}").status_code == 404
    assert neighbour.get(START).context["past"] == []


def test_ones_own_run_is_ones_own(here) -> None:
    who = factories.user("supervisor", factories.AWAY)
    Run.objects.create(
        importer="calls", mapping="m", file_name="mine.csv", sha256="0", started_at=factories.NOW, actor=who.username
    )
    assert len(pages.browser(who).get(START).context["past"]) == 1


@pytest.mark.parametrize("role", ["call_taker", "dispatcher", "unit", "partner", "analyst", "auditor"])
def test_others_import_nothing(here, role: str) -> None:
    client = pages.browser(factories.user(role, in_unit=factories.unit()))
    assert client.get(START).status_code == 404
    assert send(client).status_code == 404


def test_a_kind_without_an_importer_has_no_import(supervisor) -> None:
    assert importers_of("well") == []
    assert supervisor.get("/work/well/import/").status_code == 404
    assert not runs_for(factories.viewer("dispatcher"), pages.WELL).exists()


def test_a_run_that_is_none_does_not_exist(supervisor) -> None:
    assert supervisor.get(f"{START}99999").status_code == 404
    with pytest.raises(LookupError):
        importer("nosuch")


def test_the_import_goes_on_in_a_thread_of_its_own(monkeypatch) -> None:
    monkeypatch.undo()
    done, closed = threading.Event(), []
    own = SimpleNamespace(close=lambda: closed.append(threading.current_thread().name))
    monkeypatch.setattr(background, "connection", own)
    names: list[str] = []

    def work() -> None:
        names.append(threading.current_thread().name)
        done.set()

    background.apart(work, "import-7")
    assert done.wait(10)
    for thread in threading.enumerate():
        if thread.name == "import-7":
            thread.join(10)
    assert names == ["import-7"]
    assert closed == ["import-7"]
