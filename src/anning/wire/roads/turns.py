"""Banned turns from relations of OpenStreetMap and from barriers.

Source: OpenStreetMap wiki, *Relation:restriction*.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import product

import numpy as np

from anning.engines.network.streets import Ints
from anning.engines.network.travellers import Traveller
from anning.wire.roads.cutting import Piece
from anning.wire.roads.osm import Extract, TurnRule
from anning.wire.roads.tags import stopped_at

Turn = tuple[int, int]
"""Row of a street and way along it."""
NOWHERE = -(1 << 62)
"""Stands for a node no rule names."""
KEYS = ("restriction", "restriction:motorcar", "restriction:motor_vehicle")


class Turns:
    """Which streets arrive at and leave each node, for the pieces of ways given."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._arriving: dict[int, list[Turn]] = defaultdict(list)
        self._leaving: dict[int, list[Turn]] = defaultdict(list)
        self._way = [piece.way.id for piece in pieces]
        for street, piece in enumerate(pieces):
            for way, (begin, end) in enumerate(((0, -1), (-1, 0))):
                self._leaving[piece.nodes[begin]].append((street, way))
                self._arriving[piece.nodes[end]].append((street, way))

    def bans(self, extract: Extract, counts: Counter[str]) -> Ints:
        """Rows of banned turns: street, way, street, way, bits of the classes of traveller."""
        rows = [row for rule in extract.rules for row in self._of_rule(rule, counts)]
        for node, tags in extract.barriers.items():
            rows += self._through(node, stopped_at(tags))
        return np.array(rows, np.int64).reshape(-1, 5)

    def _through(self, node: int, bits: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Nobody the barrier stops goes on from one street to another at its node."""
        for arrival, departure in product(self._arriving.get(node, ()), self._leaving.get(node, ())):
            if bits and arrival[0] != departure[0]:
                yield *arrival, *departure, bits

    def _of_rule(self, rule: TurnRule, counts: Counter[str]) -> list[tuple[int, int, int, int, int]]:
        kind = next((rule.tags[key] for key in KEYS if key in rule.tags), "")
        via = rule.via_nodes[0] if len(rule.via_nodes) == 1 and not rule.via_ways else NOWHERE
        arrivals = [turn for turn in self._arriving.get(via, ()) if self._way[turn[0]] in rule.from_ways]
        onward = [turn for turn in self._leaving.get(via, ()) if self._way[turn[0]] in rule.to_ways]
        round_about = kind.endswith("u_turn")
        split = len(arrivals) <= len(rule.from_ways) and len(onward) <= len(rule.to_ways)
        if not (kind.startswith(("no_", "only_")) and arrivals and onward and (round_about or split)):
            counts["turn_rules_not_understood"] += 1
            return []
        counts["turn_rules"] += 1
        bits, made = _bits(rule), []
        for arrival in arrivals:
            back = (arrival[0], 1 - arrival[1])
            meant = [back] if round_about and back in onward else [turn for turn in onward if turn != back]
            rest = [turn for turn in self._leaving[via] if turn not in meant]
            made += [(*arrival, *turn, bits) for turn in (rest if kind.startswith("only_") else meant)]
        return made


def _bits(rule: TurnRule) -> int:
    """The classes of traveller a rule holds for: vehicles, but for those it excepts; walkers never."""
    excepted = {part.strip() for part in rule.tags.get("except", "").split(";")}
    held = {Traveller.SIREN: {"emergency"}, Traveller.NORMAL: {"motorcar", "motor_vehicle"}}
    return sum(1 << who for who, names in held.items() if not names & excepted)
