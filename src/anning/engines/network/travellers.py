"""Who travels: the rows of every array of seconds, and what each may do by default."""

from __future__ import annotations

from enum import IntEnum


class Traveller(IntEnum):
    """A class of traveller; its value is its row in arrays of seconds."""

    SIREN = 0
    """A police car, fire engine or ambulance on an urgent task, lights and siren on."""
    NORMAL = 1
    """The same vehicle, or any car, under the rules for everyone."""
    FOOT = 2
    """A person walking."""


COUNT = len(Traveller)
"""Number of classes: the length of the first axis of arrays of seconds."""


def traveller(name: str) -> Traveller:
    """The class of that name, in any letter case.

    Raises:
        ValueError: no class has the name; the message lists those there are.

    Example:
        >>> traveller("siren")
        <Traveller.SIREN: 0>
    """
    try:
        return Traveller[name.upper()]
    except KeyError:
        known = ", ".join(one.name.lower() for one in Traveller)
        raise ValueError(f"no class of traveller is called {name!r}: choose one of {known}") from None
