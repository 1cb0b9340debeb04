"""What a desk would have written of an event of the past: every step up to now, and the unit or agency it went to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from anning.domains.calls.folding import CLEARED
from anning.domains.calls.models import Channel
from anning.domains.calls.selectors.crews import Crews
from anning.kernel.org.models import Agency
from anning.kernel.work.services.bulk import Sent, Step

PAPERWORK = timedelta(minutes=2)
"""From the last report to the closing of an incident."""
CALL_BACK = timedelta(hours=1)
"""From the settling of a matter to its closing, when the caller has been asked."""


@dataclass(frozen=True)
class PastCall:
    """One call of the past; those with the same `event` are of one event.

    `outcome` is how the event ended; `advice` what was said where nobody could be sent. `unit_kind` is the kind of
    unit an incident asks for.
    """

    key: str
    event: int
    livelihood: bool
    category: str
    priority: int
    rang_at: datetime
    answered_at: datetime
    assigned_at: datetime
    departed_at: datetime
    arrived_at: datetime
    cleared_at: datetime
    lon: float
    lat: float
    radius_m: float
    area_code: str
    address: str
    narrative: str
    phone: str
    unit_kind: str
    outcome: str
    advice: str

    @property
    def work(self) -> str:
        """What the call belongs to: calls of one incident share it, a livelihood matter has one call."""
        return self.key if self.livelihood else str(self.event)


class Walk(NamedTuple):
    """An event up to now: its steps, and the unit sent to it (the item yet to be named) with its times."""

    steps: list[Step]
    sent: Sent | None = None


def incident_walk(calls: Sequence[PastCall], crews: Crews, now: datetime) -> Walk:
    """The walk of an incident from its calls, in the order they rang: the nearest free unit of `crews` goes there.

    With no unit free it is settled on the telephone.
    """
    first = calls[0]
    joined = [Step("call-joined", "", one.answered_at, {"channel": Channel.PHONE.value}) for one in calls[1:]]
    last_call = max(one.answered_at for one in calls)
    found = crews.send(first.unit_kind, first.lon, first.lat, first.assigned_at, first.cleared_at - first.assigned_at)
    if found is None:
        closed = max(first.assigned_at, last_call) + PAPERWORK
        ways = [Step("open", "new", first.rang_at), Step("close", "closed", closed, reason=first.advice)]
        return Walk(_told([*ways, *joined], now))
    crew, begins = found
    late = begins - first.assigned_at
    cleared = first.cleared_at + late
    names = {"units": [crew.code]}
    ways = [
        Step("open", "new", first.rang_at),
        Step("assigned", "assigned", begins, {"action": "send", **names}),
        Step("depart", "en_route", first.departed_at + late, {"action": "depart", **names}),
        Step("arrive", "on_scene", first.arrived_at + late, {"action": "arrive", **names}),
        Step("clear", "cleared", cleared, {"action": "clear", **names}),
        Step("close", "closed", max(cleared, last_call) + PAPERWORK, reason=first.outcome),
    ]
    departed, arrived, ended = (step.at if step.at <= now else None for step in ways[2:5])
    sent = Sent(0, crew.unit, crew.agency, begins, departed, arrived, ended, CLEARED if ended else "")
    if begins > now:
        return Walk(_told([*ways, *joined], now))
    return Walk(_told([*ways, *joined], now), sent)


def matter_walk(call: PastCall, agency: Agency | None, now: datetime) -> Walk:
    """The walk of a livelihood matter that `agency` answers for; without one the desk settles it itself."""
    settled = call.cleared_at + timedelta(hours=5)
    opened = Step("open", "received", call.rang_at)
    if agency is None:
        return Walk(_told([opened, Step("close", "closed", settled, reason=call.advice)], now))
    ways = [
        opened,
        Step("route", "routed", call.answered_at, {"agency": agency.code, "from": None}),
        Step("accept", "accepted", call.assigned_at + timedelta(hours=1)),
        Step("finish", "done", settled, reason=call.outcome),
        Step("close", "closed", settled + CALL_BACK, reason=call.outcome),
    ]
    return Walk(_told(ways, now))


def _told(ways: list[Step], now: datetime) -> list[Step]:
    """The steps that lie before `now`, in order; those that name no state leave the one reached before them."""
    first, *rest = ways
    walk = [first]
    for step in sorted((one for one in rest if one.at <= now), key=lambda one: one.at):
        walk.append(step if step.state else step._replace(state=walk[-1].state))
    return walk
