"""Running an import: batch by batch, each batch one transaction, every row accounted for."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol

from django.utils import timezone

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract.module import Importer
from anning.kernel.importing.mapping import Mapping, source_key
from anning.kernel.importing.models import Reject, RejectState, Run, RunState
from anning.kernel.importing.reading import FAULTS, LINE, RUN, UnreadableFileError, count_rows, read_rows
from anning.kernel.importing.rejects import put_aside, settle
from anning.kernel.importing.rows import Fault, FaultyRowError, MappedRow, map_row
from anning.kernel.importing.selectors import importer as importer_called
from anning.kernel.work.services.events import publish

BATCH = 500
TELL_S = 1.0
"""How often live pages are told how far a run is."""
Progress = Callable[[Run], None]


class RowService(Protocol):
    """What an importer's `row` names: takes a batch inside a transaction, returns each row's fate.

    For each row: None when it was imported, an empty list when it is known already, else its faults.
    """

    def __call__(
        self, viewer: Viewer, mapping: Mapping, rows: Sequence[MappedRow], now: datetime
    ) -> list[list[Fault] | None]: ...


@dataclass
class _Batch:
    """Rows waiting for one transaction: those that can be taken, and those that cannot."""

    good: list[MappedRow]
    bad: list[tuple[int, dict[str, str], list[Fault]]]
    mended: list[tuple[int, int]]
    """Run and line of earlier rejects that stand here again."""
    read: int = 0


def run_import(
    viewer: Viewer,
    importer: Importer,
    path: Path,
    mapping: Mapping,
    *,
    progress: Progress | None = None,
    run: Run | None = None,
) -> Run:
    """Import a file; what is committed stays, what is rejected is kept with its reasons.

    `run` goes on with a run that `begin` made of this file. A run that was cut off is simply run again: the rows
    already in are found as known. Rows of a file of rejects settle the rejects they were made from.

    Raises:
        UnreadableFileError: the file cannot be read at all, or fails in the middle; the run says so.
    """
    service = _service(importer)
    run = run or begin(viewer, importer, path, mapping)
    seen: Counter[str] = Counter()
    batch, told = _Batch([], [], []), time.monotonic()
    try:
        for line, raw in read_rows(path, mapping):
            _sort(mapping, line, raw, seen, batch)
            if batch.read >= BATCH:
                tell = time.monotonic() - told > TELL_S
                _commit(viewer, service, mapping, run, batch, progress, tell=tell)
                batch, told = _Batch([], [], []), time.monotonic() if tell else told
        _commit(viewer, service, mapping, run, batch, progress)
    except (UnreadableFileError, UnicodeDecodeError) as error:
        _end(viewer, run, RunState.FAILED, str(error))
        raise UnreadableFileError(str(error)) from error
    _end(viewer, run, RunState.DONE)
    return run


def mend(viewer: Viewer, reject: Reject, importer: Importer, mapping: Mapping, raw: dict[str, str]) -> list[Fault]:
    """Try a rejected row again as mended; returns the faults left, none when it is in now.

    The row's key is that of the mended content, so that mending the same row twice adds nothing.
    """
    try:
        row = MappedRow(reject.line, source_key(mapping.code, raw, 1), map_row(mapping, raw), raw)
    except FaultyRowError as error:
        return error.faults
    with writing():
        fate = _service(importer)(viewer, mapping, [row], timezone.now())[0]
        if fate:
            return fate
        settle(Reject.objects.filter(pk=reject.pk), RejectState.MENDED)
        run = reject.run
        run.rejected -= 1
        run.imported += fate is None
        run.duplicates += fate is not None
        run.save()
        record(viewer, "mend", f"importing.run:{run.pk}", {"line": reject.line, "key": row.key})
    return []


def drop(viewer: Viewer, reject: Reject, reason: str) -> None:
    """Leave a rejected row out for good, saying why."""
    with writing():
        settle(Reject.objects.filter(pk=reject.pk), RejectState.DROPPED)
        record(viewer, "drop", f"importing.run:{reject.run_id}", {"line": reject.line}, purpose=reason)


def begin(viewer: Viewer, importer: Importer, path: Path, mapping: Mapping, name: str = "") -> Run:
    """Record that a file (called `name` by who sent it) is about to be imported.

    Raises:
        UnreadableFileError: there is no such file.
    """
    if not path.is_file():
        raise UnreadableFileError(f"{path}: there is no such file")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    expected = count_rows(path, mapping)
    with writing():
        cut_off = Run.objects.filter(importer=importer.code, sha256=digest, state=RunState.RUNNING)
        cut_off.update(state=RunState.FAILED, finished_at=timezone.now(), error="cut off, and taken up again")
        run = Run.objects.create(
            importer=importer.code,
            mapping=mapping.code,
            file_name=(name or path.name)[:200],
            sha256=digest,
            expected=expected,
            started_at=timezone.now(),
            actor=viewer.label,
        )
        body = {"file": run.file_name, "sha256": digest, "mapping": mapping.code}
        record(viewer, "import", f"importing.run:{run.pk}", body)
    return run


def _sort(mapping: Mapping, line: int, raw: dict[str, str], seen: Counter[str], batch: _Batch) -> None:
    batch.read += 1
    run, was, _faults = (raw.pop(name, "") for name in (RUN, LINE, FAULTS))
    if run.isdecimal() and was.isdecimal():
        batch.mended.append((int(run), int(was)))
    twin = source_key(mapping.code, raw, 0)
    seen[twin] += 1
    try:
        values = map_row(mapping, raw)
    except FaultyRowError as error:
        batch.bad.append((line, raw, error.faults))
    else:
        batch.good.append(MappedRow(line, source_key(mapping.code, raw, seen[twin]), values, raw))


def _commit(
    viewer: Viewer,
    service: RowService,
    mapping: Mapping,
    run: Run,
    batch: _Batch,
    progress: Progress | None,
    *,
    tell: bool = False,
) -> None:
    if not batch.read:
        return
    with writing():
        fates = service(viewer, mapping, batch.good, timezone.now()) if batch.good else []
        bad = batch.bad + [(row.line, dict(row.raw), fate) for row, fate in zip(batch.good, fates, strict=True) if fate]
        run.read += batch.read
        run.imported += sum(fate is None for fate in fates)
        run.duplicates += sum(fate == [] for fate in fates)
        run.rejected += len(bad)
        run.save()
        put_aside(run, bad, timezone.now())
        for number, line in batch.mended:
            settle(Reject.objects.filter(run_id=number, line=line), RejectState.MENDED)
        if tell:
            publish("importing.run", importer_called(run.importer).kind, "", {"run": run.pk, **counts_of(run)}, [], [])
    if progress:
        progress(run)


def fail(viewer: Viewer, run: Run, error: str) -> None:
    """Record that a run stopped for a reason that lies in no row; what was committed stays."""
    _end(viewer, run, RunState.FAILED, error)


def _end(viewer: Viewer, run: Run, state: str, error: str = "") -> None:
    with writing():
        run.state, run.error, run.finished_at = state, error, timezone.now()
        run.save()
        record(viewer, f"import-{state}", f"importing.run:{run.pk}", {**counts_of(run), "error": error})


def counts_of(run: Run) -> dict[str, int]:
    """A run's four counts; the first is the sum of the others."""
    return {name: getattr(run, name) for name in ("read", "imported", "duplicates", "rejected")}


def _service(importer: Importer) -> RowService:
    package, name = importer.row.rsplit(".", 1)
    found: RowService = getattr(import_module(package), name)
    return found
