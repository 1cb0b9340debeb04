"""Road networks read from files others make: OpenStreetMap (PBF, Overpass JSON) and tables of nodes and arcs."""

from anning.wire.roads.factors import read_factors
from anning.wire.roads.overpass import read_overpass
from anning.wire.roads.pbf import read_pbf
from anning.wire.roads.reading import Roads, RoadsError
from anning.wire.roads.tables import read_tables

__all__ = ["Roads", "RoadsError", "read_factors", "read_overpass", "read_pbf", "read_tables"]
