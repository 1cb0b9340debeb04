"""Clocks: how long a kind of work may stay short of a state, counted on which calendar, and who hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from anning.kernel.contract.text import Text

ALWAYS = "always"
WORKDAYS = "workdays"


@dataclass(frozen=True)
class Rung:
    """One step of an escalation ladder: `after_s` seconds past the limit the holders of `role` are told."""

    after_s: int
    role: str


@dataclass(frozen=True)
class ClockRule:
    """A time limit on a kind of work.

    The clock starts when the item enters a state in `starts`, stops on entering one in `stops` and stands still
    in `pauses`. `limit_s` maps a priority (1 most urgent … 4) to seconds; a city's own limits, kept in
    `work.ClockLimit`, go before them. `calendar` is `always` (24/7) or `workdays` (working hours of working
    days, Chinese holidays and make-up days counted). Each rung of `ladder` is told once.
    """

    code: str
    title: Text
    starts: frozenset[str]
    stops: frozenset[str]
    limit_s: Mapping[int, int]
    pauses: frozenset[str] = frozenset()
    calendar: str = ALWAYS
    ladder: tuple[Rung, ...] = (Rung(0, "supervisor"),)
