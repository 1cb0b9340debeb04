"""What an incident needs: what was asked for when the call was taken, and what its category always needs."""

from collections.abc import Mapping

from anning.domains.calls.selectors.board import capability_names
from anning.domains.calls.selectors.catalogue import categories
from anning.kernel.work.models import Item

BASIC: Mapping[str, str] = {
    "police": "patrol",
    "traffic": "traffic",
    "fire": "fire-fighting",
    "medical": "medical",
}
"""The capability that answers a category by who handles it; counts only in a city whose units have it by that code."""


def needs_of(item: Item) -> tuple[str, ...]:
    """The codes of the capabilities that should come to an incident, sorted; empty when any unit will do."""
    asked = set(item.incident.capabilities) if item.kind == "incident" else set()
    entry = categories().get(item.category)
    basic = BASIC.get(entry.handled_by if entry else "", "")
    if basic in capability_names():
        asked.add(basic)
    return tuple(sorted(asked))
