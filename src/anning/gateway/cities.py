"""Reading a city folder from disk and loading it: all of it, or nothing."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from anning.kernel.access.services import load_users
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.org.services.roster import load_roster
from anning.kernel.places.services import load_places
from anning.wire.city import City, read_folder

SUFFIXES = (".toml", ".csv", ".geojson")


def read(folder: Path) -> City:
    """The city in `folder`.

    Raises:
        CityError: with everything wrong in it.
        FileNotFoundError: there is no such folder.
    """
    if not (folder / "city.toml").is_file():
        raise FileNotFoundError(f"{folder}: is no city folder (it holds no city.toml)")
    return read_folder(_files(folder))


def load(city: City) -> dict[str, int]:
    """Load a city into the database, in one transaction; loading it again brings it up to date."""
    counts: dict[str, int] = {}
    with writing():
        counts |= load_places(city)
        counts |= load_roster(city) | load_users(city)
        for module in registry.modules():
            if module.city_loader:
                package, name = module.city_loader.rsplit(".", 1)
                counts |= getattr(import_module(package), name)(city)
        record(None, "load-city", f"places.city:{city.facts.code}", counts)
    return counts


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES
    }
