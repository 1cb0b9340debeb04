"""State tables: which verb moves a work item from which state to which, and who may use it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from anning.kernel.contract.text import Text

Guard = Callable[[Any, Mapping[str, Any]], Text | None]
"""Takes the item and the verb's data; returns why the move is refused, or None."""

STAY = "="
"""As a target: the verb leaves the item in its state (a note, a changed priority)."""


@dataclass(frozen=True)
class State:
    """One state of a kind of work. `final` states close the item; `tone` picks the colour of its badge."""

    code: str
    title: Text
    tone: str = "neutral"
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """One legal move: `verb` takes an item from any of `sources` to `target` for the roles in `who`.

    `internal` moves are made by services on the way of another verb and never offered as a button.
    """

    sources: tuple[str, ...]
    verb: str
    target: str
    title: Text
    who: frozenset[str]
    guard: Guard | None = None
    needs_reason: bool = False
    internal: bool = False


@dataclass(frozen=True)
class StateTable:
    """All states and moves of one kind of work; checked when it is made.

    Raises:
        ValueError: a move names an unknown state, two moves share a state and a verb, or a state cannot be
            reached from the first one.
    """

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    by_code: Mapping[str, State] = field(init=False, repr=False, compare=False)
    moves: Mapping[tuple[str, str], Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {state.code: state for state in self.states})
        object.__setattr__(self, "moves", self._index())
        unreached = set(self.by_code) - self._reachable()
        if unreached:
            raise ValueError(f"states {sorted(unreached)} cannot be reached from {self.first.code!r}")

    @property
    def first(self) -> State:
        """The state a new item is in."""
        return self.states[0]

    def from_state(self, state: str) -> Iterable[Transition]:
        """The moves legal in `state`, in the order of the table."""
        return [move for move in self.transitions if state in move.sources]

    def find(self, state: str, verb: str) -> Transition | None:
        """The move `verb` makes from `state`, or None when the table has none."""
        return self.moves.get((state, verb))

    def target_of(self, state: str, move: Transition) -> State:
        """The state an item in `state` is in after `move`."""
        return self.by_code[state if move.target == STAY else move.target]

    def _index(self) -> dict[tuple[str, str], Transition]:
        index: dict[tuple[str, str], Transition] = {}
        for move in self.transitions:
            for name in (*move.sources, move.target):
                if name != STAY and name not in self.by_code:
                    raise ValueError(f"verb {move.verb!r} names the unknown state {name!r}")
            for source in move.sources:
                if (source, move.verb) in index:
                    raise ValueError(f"two moves {move.verb!r} leave the state {source!r}")
                index[source, move.verb] = move
        return index

    def _reachable(self) -> set[str]:
        seen, todo = {self.first.code}, [self.first.code]
        while todo:
            for move in self.from_state(todo.pop()):
                if move.target != STAY and move.target not in seen:
                    seen.add(move.target)
                    todo.append(move.target)
        return seen
