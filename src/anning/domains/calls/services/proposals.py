"""Proposing that a new incident is an event already known, in the transaction that takes the call."""

from datetime import datetime

from anning.domains.calls.selectors.proposals import SAME_EVENT, Asked, proposals
from anning.kernel.access.scope import Viewer
from anning.kernel.work.models import Item, Link
from anning.kernel.work.services.events import tell
from anning.kernel.work.services.links import propose


def propose_for(viewer: Viewer, item: Item, asked: Asked, now: datetime) -> list[Link]:
    """Links from the new incident to the open ones it may be, with score and reasons; the caller holds the transaction.

    The older incidents' pages are told, so that whoever works on them sees the proposal too.
    """
    made = []
    for found in proposals(viewer, asked, besides=item.pk):
        if found.item.pk > item.pk:
            continue
        made.append(propose(SAME_EVENT, item, found.item, found.score, found.reasons, now))
        tell(found.item, "proposed")
    return made
