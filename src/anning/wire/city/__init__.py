"""The files of a city folder, read and checked; the caller reads them from disk."""

from anning.wire.city.faults import CityError, Fault
from anning.wire.city.folder import City, read_folder

__all__ = ["City", "CityError", "Fault", "read_folder"]
