"""Road networks on disk: built from whatever a person has, kept as one memory-mapped file, asked for routes."""

from anning.gateway.networks.asking import position, route_between, weights_at
from anning.gateway.networks.building import build
from anning.gateway.networks.store import open_network, write
from anning.kernel.travel.network import FILE

__all__ = ["FILE", "build", "open_network", "position", "route_between", "weights_at", "write"]
