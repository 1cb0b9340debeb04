"""What is taken from OpenStreetMap, whatever file it came in."""

from __future__ import annotations

from dataclasses import dataclass, field

Tags = dict[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """A way with its nodes and tags."""

    id: int
    nodes: list[int]
    tags: Tags


@dataclass(frozen=True, slots=True)
class TurnRule:
    """A relation that bans or orders turns: members by their roles, and its tags."""

    id: int
    from_ways: list[int]
    via_nodes: list[int]
    to_ways: list[int]
    tags: Tags
    via_ways: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Extract:
    """Elements of a map: positions of nodes (lon, lat), tags of nodes with a barrier, ways, rules for turns."""

    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    barriers: dict[int, Tags] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
    rules: list[TurnRule] = field(default_factory=list)
