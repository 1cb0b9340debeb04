"""Reading a city folder from disk and loading it: all of it, or nothing."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from django.conf import settings

from anning.gateway import networks
from anning.kernel.access.services import load_users
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.org.services.roster import load_roster
from anning.kernel.places.services import load_places
from anning.wire.city import City, read_folder
from anning.wire.roads import RoadsError

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


def ensure_roads(folder: Path, say: Callable[[str], object]) -> bool:
    """See that there is a road network: where none was built, streets are made up from the city's folder.

    A network that is there already, made or real, is left alone. Returns whether one was made now.
    """
    if (Path(settings.ROADS_DIR) / networks.FILE).exists():
        return False
    try:
        networks.build(folder, Path(settings.ROADS_DIR), say=lambda _step: None)
    except RoadsError as error:
        say(f"No road network: {error}. Travel times will be those of straight lines.")
        return False
    say("Streets were made up; `anning network build` with a map puts real ones in their place.")
    return True


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES
    }
