"""Importing an uploaded file while its sender watches: in a thread of the process that took it.

The thread dies with its process; the run then stands still, and importing the same file again takes only what is
missing.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

from django.db import Error, connection
from django.utils.translation import gettext as _

from anning.kernel.access.scope import Viewer
from anning.kernel.contract.module import Importer
from anning.kernel.importing.mapping import Mapping, MappingError
from anning.kernel.importing.models import Run
from anning.kernel.importing.reading import UnreadableFileError
from anning.kernel.importing.rejects import uploads
from anning.kernel.importing.selectors import mapping_for
from anning.kernel.importing.services import begin, fail, run_import
from anning.kernel.work.errors import RefusedError

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
log = logging.getLogger(__name__)


def start(viewer: Viewer, importer: Importer, name: str, chunks: Iterable[bytes], mapping: str = "") -> Run:
    """Keep an uploaded file, begin its import and go on in the background; returns the run to watch.

    Raises:
        RefusedError: the file is of a kind not taken, cannot be read or kept, or fits no mapping.
    """
    path = _kept(name, chunks)
    try:
        chosen = mapping_for(importer, path, mapping)
        run = begin(viewer, importer, path, chosen, name)
    except (MappingError, UnreadableFileError) as error:
        path.unlink(missing_ok=True)
        raise RefusedError(str(error).replace(str(path), name)) from error
    apart(lambda: _carry_on(viewer, importer, path, chosen, run), f"import-{run.pk}")
    return run


def apart(work: Callable[[], None], name: str) -> None:
    """Do `work` in a thread of its own, with a database connection of its own."""
    Thread(target=_closing, args=(work,), daemon=True, name=name).start()


def _closing(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()


def _carry_on(viewer: Viewer, importer: Importer, path: Path, mapping: Mapping, run: Run) -> None:
    try:
        run_import(viewer, importer, path, mapping, run=run)
    except UnreadableFileError:
        log.warning("import run %s: the file cannot be read to its end", run.pk)
    except (Error, RefusedError) as error:
        log.error("import run %s stopped: %s", run.pk, error)
        fail(viewer, run, str(error))
    finally:
        path.unlink(missing_ok=True)


def _kept(name: str, chunks: Iterable[bytes]) -> Path:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise RefusedError(_("This kind of file is not taken: send one of %(kinds)s.") % {"kinds": ", ".join(SUFFIXES)})
    folder = uploads()
    path = folder / f"{secrets.token_hex(12)}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise RefusedError(_("The file could not be kept: %(why)s") % {"why": error.strerror}) from error
    return path
