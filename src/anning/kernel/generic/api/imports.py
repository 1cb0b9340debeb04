"""Bulk import of a kind of work: send a file, follow the run, fetch what was put aside."""

from datetime import datetime

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from anning.kernel.contract.kinds import IMPORT, Kind
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Code, Line, Reason, RowId, Text
from anning.kernel.generic.selectors import kind_for
from anning.kernel.generic.services import mend_row
from anning.kernel.importing import background
from anning.kernel.importing.models import Reject, Run
from anning.kernel.importing.rejects import open_rows
from anning.kernel.importing.rows import Fault
from anning.kernel.importing.selectors import importers_of, open_rejects, runs_for
from anning.kernel.importing.services import drop
from anning.kernel.work.errors import NotVisibleError

MOST = 500


class RunOut(Schema):
    """A run: read = imported + duplicates + rejected, always."""

    id: int
    file_name: str
    mapping: str
    state: str
    expected: int
    read: int
    imported: int
    duplicates: int
    rejected: int
    started_at: datetime
    finished_at: datetime | None
    error: str


class FaultOut(Schema):
    """What is wrong with a value of a row."""

    field: str
    value: str
    reason: str


class MendIn(Schema):
    """The values of a row's columns as mended; a column left out stays as it was read."""

    raw: dict[Line, Text]


class RejectOut(Schema):
    """A row put aside, as it was read, with every fault found in it."""

    line: int
    raw: dict[str, str]
    faults: list[FaultOut]


class LayoutIn(Schema):
    """How the columns are to be read: the name of a ready mapping, or nothing to find out by the columns."""

    mapping: Code = ""


def add(routes: Router, kind: Kind) -> None:
    """Give a kind's routes its imports; nothing for a kind that no importer brings in."""
    if not importers_of(kind.code):
        return

    _running(routes, kind)
    _mending(routes, kind)


def _running(routes: Router, kind: Kind) -> None:
    @routes.post("/imports", response={202: RunOut, **PROBLEMS}, operation_id=f"import_{kind.code}")
    def start(request: HttpRequest, file: File[UploadedFile], given: Form[LayoutIn]) -> Status[RunOut]:
        """Take a file and begin its import; the layout is found by the columns when no mapping is named."""
        seer = asking(request)
        kind_for(seer, kind.code, IMPORT)
        importer = importers_of(kind.code)[0]
        return Status(202, _run_out(background.start(seer, importer, file.name or "", file.chunks(), given.mapping)))

    @routes.get("/imports/{run_id}", response={200: RunOut, **PROBLEMS}, operation_id=f"import_run_{kind.code}")
    def run(request: HttpRequest, run_id: RowId) -> RunOut:
        """How far a run is."""
        return _run_out(_run(request, kind, run_id))

    @routes.get(
        "/imports/{run_id}/rejects", response={200: list[RejectOut], **PROBLEMS}, operation_id=f"rejects_{kind.code}"
    )
    def rejects(request: HttpRequest, run_id: RowId) -> list[RejectOut]:
        """The first rows of a run that wait to be mended or dropped; the look at them is written down."""
        rows = open_rows(asking(request), list(open_rejects(_run(request, kind, run_id))[:MOST]))
        return [
            RejectOut(line=row.line, raw=row.raw, faults=[_fault_out(fault) for fault in row.faults]) for row in rows
        ]


def _mending(routes: Router, kind: Kind) -> None:
    @routes.put(
        "/imports/{run_id}/rejects/{line}",
        response={200: list[FaultOut], **PROBLEMS},
        operation_id=f"mend_reject_{kind.code}",
    )
    def mend(request: HttpRequest, run_id: RowId, line: RowId, given: MendIn) -> list[FaultOut]:
        """Try a row put aside again with its values mended; answers the faults left, none when it is in now."""
        seer = asking(request)
        reject = _reject(request, kind, run_id, line)
        [row] = open_rows(seer, [reject])
        raw = {name: given.raw.get(name, value) for name, value in row.raw.items()}
        left = mend_row(seer, importers_of(kind.code)[0], reject, raw)
        return [_fault_out(fault) for fault in left]

    @routes.delete(
        "/imports/{run_id}/rejects/{line}",
        response={204: None, **PROBLEMS},
        operation_id=f"drop_reject_{kind.code}",
    )
    def drop_row(request: HttpRequest, run_id: RowId, line: RowId, reason: Query[Reason]) -> Status[None]:
        """Leave a row put aside out for good, saying why."""
        drop(asking(request), _reject(request, kind, run_id, line), reason)
        return Status(204, None)


def _reject(request: HttpRequest, kind: Kind, run_id: int, line: int) -> Reject:
    found = open_rejects(_run(request, kind, run_id)).filter(line=line).first()
    if found is None:
        raise NotVisibleError(str(line))
    return found


def _run(request: HttpRequest, kind: Kind, pk: int) -> Run:
    found = runs_for(asking(request), kind).filter(pk=pk).first()
    if found is None:
        raise NotVisibleError(str(pk))
    return found


def _fault_out(fault: Fault) -> FaultOut:
    return FaultOut(field=fault.field, value=fault.value, reason=fault.reason)


def _run_out(run: Run) -> RunOut:
    return RunOut(**{name: getattr(run, name) for name in RunOut.model_fields})
