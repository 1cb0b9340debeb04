"""Bringing a log in, as the tests of imports do."""

from pathlib import Path

from anning.kernel.access.scope import SYSTEM
from anning.kernel.importing import selectors, services
from anning.kernel.importing.models import Run


def run(path: Path, mapping: str = "") -> Run:
    """Import a file by the layout named, or the one its columns tell."""
    importer = selectors.importer("calls")
    return services.run_import(SYSTEM, importer, path, selectors.mapping_for(importer, path, mapping))


def counts(found: Run) -> tuple[int, int, int, int]:
    """How many rows a run read, imported, knew already and refused; none of them is lost."""
    assert found.read == found.imported + found.duplicates + found.rejected
    return found.read, found.imported, found.duplicates, found.rejected


def log(folder: Path, *lines: str, name: str = "log.csv") -> Path:
    """A log of these lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
