"""Reading runs, rejects and the ready mappings."""

import csv
from collections.abc import Iterator
from collections.abc import Mapping as Map
from importlib import resources
from itertools import islice
from pathlib import Path

from django.db.models import QuerySet

from anning.kernel.access.scope import Viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import IMPORT, Kind
from anning.kernel.contract.module import Importer
from anning.kernel.importing.mapping import Mapping, MappingError, read_mapping, read_mapping_file
from anning.kernel.importing.models import Reject, RejectState, Run
from anning.kernel.importing.reading import RUN, UnreadableFileError, header_of, is_rejects, read_rows
from anning.kernel.importing.rows import is_sound

LOOKED_AT = 20
"""Rows looked at to see whether a file without a header is laid out as a mapping says."""


def importer(code: str) -> Importer:
    """The declared importer called `code`. Raises `LookupError` naming those there are."""
    known = {found.code: found for module in registry.modules() for found in module.importers}
    if code not in known:
        raise LookupError(f"no importer {code!r}: there are {', '.join(sorted(known)) or 'none'}")
    return known[code]


def importers_of(kind: str) -> list[Importer]:
    """The importers that bring in work of a kind."""
    return [found for module in registry.modules() for found in module.importers if found.kind == kind]


def ready_mappings(importer: Importer) -> Iterator[Mapping]:
    """The mappings that come with an importer, by name."""
    folder = resources.files(importer.mappings)
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.name.endswith(".toml"):
            yield read_mapping(entry.read_text(encoding="utf-8"), entry.name)


def mapping_for(importer: Importer, path: Path, given: str = "") -> Mapping:
    """The mapping named, or in the file named, or the one that fits the file's layout.

    A file of rejected rows goes by the mapping of the run that rejected them.

    Raises:
        MappingError: the name is unknown, or no ready mapping fits.
        UnreadableFileError: the file cannot be read.
    """
    ready = {mapping.code: mapping for mapping in ready_mappings(importer)}
    if given in ready:
        return ready[given]
    if given:
        if not Path(given).is_file():
            raise MappingError(f"{given!r} is neither a ready mapping ({', '.join(ready)}) nor a file")
        return read_mapping_file(Path(given))
    if not path.is_file():
        raise UnreadableFileError(f"{path}: there is no such file")
    return _of_rejects(path, ready) if is_rejects(path) else _guess(path, list(ready.values()))


def runs_for(viewer: Viewer, kind: Kind) -> QuerySet[Run]:
    """The runs of the kind's importers that exist for the viewer, newest first.

    A run holds rows of the whole city: it exists for who started it, and for who may import everywhere.
    """
    codes = [importer.code for importer in importers_of(kind.code)]
    runs = Run.objects.filter(importer__in=codes).order_by("-started_at", "-pk")
    scope = viewer.scope(kind, IMPORT)
    if not scope:
        return runs.none()
    return runs if scope.everywhere else runs.filter(actor=viewer.label)


def open_rejects(run: Run) -> QuerySet[Reject]:
    """The rows of a run still waiting to be mended or dropped."""
    return run.rejects.filter(state=RejectState.OPEN).order_by("line")


def _guess(path: Path, ready: list[Mapping]) -> Mapping:
    names = header_of(path)
    fitting = [mapping for mapping in ready if mapping.fits(names)]
    if fitting:
        return max(fitting, key=lambda mapping: len(mapping.needed_columns()))
    headless = [mapping for mapping in ready if not mapping.header and len(mapping.columns) == len(names)]
    for mapping in headless:
        if _reads(mapping, path):
            return mapping
    raise MappingError(
        f"{path}: no ready mapping fits its columns {names}: name one ({', '.join(m.code for m in ready)}) or write one"
    )


def _reads(mapping: Mapping, path: Path) -> bool:
    """Whether any of a file's first rows is without fault under a mapping."""
    return any(is_sound(mapping, raw) for _line, raw in islice(read_rows(path, mapping), LOOKED_AT))


def _of_rejects(path: Path, ready: Map[str, Mapping]) -> Mapping:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        numbers = {row[RUN] for row in islice(csv.DictReader(stream), 1)}
    run = Run.objects.filter(pk__in=[int(number) for number in numbers if number.isdecimal()]).first()
    if run and run.mapping in ready:
        return ready[run.mapping]
    raise MappingError(f"{path}: the mapping of the run that rejected these rows is not at hand: name it by --mapping")
