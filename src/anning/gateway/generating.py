"""`anning city generate`: made calls of the past, written in bulk."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock

from django.utils import timezone

from anning.domains.calls.selectors.crews import crews_between
from anning.domains.calls.services.history import write_past
from anning.domains.calls.services.past import PastCall
from anning.engines.synth.calls import TURNOUT_S, Calls, by_day
from anning.gateway.synthetic import (
    ATTENDED,
    BY_TELEPHONE,
    SETTLED,
    Simulated,
    holidays,
    moments,
    simulated,
    texts,
    unit_kind,
)
from anning.kernel.access.scope import SYSTEM
from anning.kernel.figures.services import roll
from anning.kernel.places.selectors import locate
from anning.kernel.search.services import index
from anning.wire.city import City

BATCH = 2000


def generate(
    city: City,
    first: date,
    last: date,
    *,
    scale: float,
    seed: int,
    say: Callable[[str], object],
    until: datetime | None = None,
) -> dict[str, int]:
    """Write the made calls of the days from `first` to `last` that rang before `until` (now by default).

    The same call is never written twice, so a run that was cut off is simply run again.
    """
    view, now = simulated(city), until or timezone.now()
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    priorities = {one.code: one.priority for one in city.categories}
    crews = crews_between(*_reach(days, view), now)
    read = written = 0
    began = time.monotonic()
    for calls in by_day(days, holidays(first, last), view.rhythm, view.mix, view.places, scale=scale, seed=seed):
        if not len(calls):
            continue
        past = [call for call in _past(calls, view, priorities, seed) if call.rang_at < now]
        for batch in _batches(past):
            written += write_past(SYSTEM, batch, crews, now)
        read += len(past)
        _tell(say, date.fromordinal(int(calls.day[0])), read, began, days)
    roll()
    index()
    return {"read": read, "imported": written, "duplicates": read - written, "rejected": 0}


def _reach(days: list[date], view: Simulated) -> tuple[datetime, datetime]:
    """The stretch of time within which the units of these days are at work, a day to spare at its end."""
    first, last = (datetime.combine(day, clock(), view.zone) for day in (days[0], days[-1] + timedelta(days=2)))
    return first, last


def _batches(past: list[PastCall]) -> Iterator[list[PastCall]]:
    """Whole events in the order they began, `BATCH` calls or a little more at a time."""
    events: dict[str, list[PastCall]] = {}
    for call in past:
        events.setdefault(call.work, []).append(call)
    batch: list[PastCall] = []
    for calls in events.values():
        batch += calls
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _past(calls: Calls, view: Simulated, priorities: dict[str, int], seed: int) -> Iterator[PastCall]:
    rang = moments(calls, view.zone)
    addresses, narratives, phones = texts(calls, view, seed)
    places = locate(calls.lon, calls.lat)
    for row in range(len(calls)):
        code = view.categories[calls.category[row]]
        answered = rang[row] + timedelta(seconds=float(calls.answer_s[row]))
        assigned = answered + timedelta(seconds=float(calls.assign_s[row]))
        arrived = assigned + timedelta(seconds=float(calls.travel_s[row]))
        yield PastCall(
            key=f"g:{seed}:{calls.event[row]}:{row}",
            event=int(calls.event[row]),
            livelihood=view.livelihood[calls.category[row]],
            category=code,
            priority=priorities[code],
            rang_at=rang[row],
            answered_at=answered,
            assigned_at=assigned,
            departed_at=assigned + timedelta(seconds=TURNOUT_S),
            arrived_at=arrived,
            cleared_at=arrived + timedelta(seconds=float(calls.scene_s[row])),
            lon=float(calls.lon[row]),
            lat=float(calls.lat[row]),
            radius_m=float(calls.radius_m[row]),
            area_code=places[row].area_code or view.area_codes[calls.place[row]],
            address=addresses[row],
            narrative=narratives[row],
            phone=phones[row],
            unit_kind=unit_kind(code),
            outcome=SETTLED if view.livelihood[calls.category[row]] else ATTENDED,
            advice=BY_TELEPHONE,
        )


def _tell(say: Callable[[str], object], day: date, read: int, began: float, days: list[date]) -> None:
    done, elapsed = days.index(day) + 1, time.monotonic() - began
    if done % 7 == 0 or done == len(days):
        left = elapsed / done * (len(days) - done)
        say(f"{day}: {read:,} calls, {read / elapsed:,.0f}/s, {left:,.0f} s left")
