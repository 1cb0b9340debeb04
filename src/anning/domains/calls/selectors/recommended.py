"""What a recommendation says: who should go, with every term, and why others were passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from anning.domains.calls.selectors.fleet import Candidate


class Passed(StrEnum):
    """Why a unit was passed over."""

    ON_IT = "on_it"
    OFF_DUTY = "off_duty"
    BUSY = "busy"
    INCAPABLE = "incapable"
    NO_POSITION = "no_position"
    NO_ROAD = "no_road"
    UNREACHABLE = "unreachable"
    SHIFT_ENDS = "shift_ends"


class Doubt(StrEnum):
    """What makes a whole recommendation less sure than it looks."""

    NO_POINT = "no_point"
    """The incident has no point: nothing can be said of travel, and units are listed by fit alone."""
    NO_NETWORK = "no_network"
    """The city has no road network: seconds are those of the straight line."""
    AMBIGUOUS = "ambiguous"
    """Two roads lie about as near the incident: the other carriageway, a bridge above."""
    FAR = "far"
    """The nearest road is far from the incident."""
    NOWHERE = "nowhere"
    """No road lies within reach of the incident."""


@dataclass(frozen=True)
class Choice:
    """A unit that could be sent now.

    Attributes:
        terms: seconds by what they are for, summing to `cost_s`; `travel` is the way itself.
        brings, lacks: codes of the capabilities needed that it has, and has not.
        first: whether it is one of those recommended to be sent together.
    """

    unit: Candidate
    travel_s: float | None
    cost_s: float
    terms: Mapping[str, float]
    brings: tuple[str, ...]
    lacks: tuple[str, ...]
    first: bool


@dataclass(frozen=True)
class PassedOver:
    """A unit that was left out, and why; `free_in_s` where it is busy and that is known."""

    unit: Candidate
    why: Passed
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """Who should go to an incident.

    Attributes:
        needs: codes of the capabilities that should come.
        choices: units that could be sent, best first; those with `first` together cover what can be covered.
        passed: those that were left out.
        missing: codes of needs that no unit at hand covers.
        place_m: metres from the incident to the road its ways end at; None where nothing is known of it.
        settled: whether the units at work on the incident already bring all it needs, so that nobody is recommended.
    """

    needs: tuple[str, ...]
    choices: tuple[Choice, ...]
    passed: tuple[PassedOver, ...]
    missing: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    place_m: float | None
    settled: bool = False

    @property
    def first(self) -> tuple[str, ...]:
        """The callsigns recommended to be sent together, in the order of the list."""
        return tuple(choice.unit.code for choice in self.choices if choice.first)
