"""Opening many at once: the same rows as one by one, one audit entry, no clocks, nobody woken."""

import time
from datetime import timedelta

import pytest

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.work.models import Change, Clock, Event, Item, Share, Task
from anning.kernel.work.services.bulk import Sent, Step, insert_many, send_many, start_clocks
from anning.kernel.work.services.clocks import enter
from anning.kernel.work.services.items import cell_of
from tests.factories import HOME, NOW, incident, unit

pytestmark = pytest.mark.django_db
KIND = registry.kind("incident")


def past(number: int) -> tuple[Item, list[Step]]:
    opened = NOW - timedelta(days=number, microseconds=number)
    item = Item(
        kind="incident", state="closed", priority=2, title=f"旧 {number}", area_code=HOME, source_key=f"k{number}"
    )
    item.opened_at, item.state_at, item.closed_at = opened, opened + timedelta(hours=1), opened + timedelta(hours=1)
    item.lon, item.lat = (121.5, 29.8) if number % 2 else (None, None)
    steps = [Step("open", "new", opened), Step("close", "closed", opened + timedelta(hours=1), {"from": "log"})]
    return item, steps


def insert(count: int) -> list[Item]:
    pairs = [past(number) for number in range(1, count + 1)]
    with writing():
        return insert_many(SYSTEM, KIND, [item for item, _ in pairs], [steps for _, steps in pairs], NOW)


def test_items_and_timelines_are_as_opened_one_by_one() -> None:
    before = incident()
    made = insert(5)
    assert [item.pk for item in made] == sorted({item.pk for item in made})
    assert made[0].pk > before.pk
    for number, item in enumerate(made, 1):
        kept = Item.objects.get(pk=item.pk)
        expected, steps = past(number)
        for name in ("state", "title", "area_code", "opened_at", "closed_at", "lon", "lat", "source_key", "priority"):
            assert getattr(kept, name) == getattr(expected, name)
        assert (kept.version, kept.cell) == (2, cell_of(kept.lon, kept.lat))
        rows = Change.objects.filter(item=kept).order_by("version")
        assert [(row.version, row.verb, row.old, row.new, row.at) for row in rows] == [
            (1, "open", "", "new", steps[0].at),
            (2, "close", "new", "closed", steps[1].at),
        ]
        assert rows[1].data == {"from": "log"}


def test_one_audit_entry_a_batch_no_clock_no_event_and_new_items_go_on_after_it() -> None:
    made = insert(5)
    entry = Entry.objects.get(action="open-many")
    assert '"count":5,"digest":"' in entry.body
    assert str(made[-1].pk) in entry.body
    assert not Clock.objects.exists()
    assert not Event.objects.exists()
    assert incident().pk > made[-1].pk
    assert not list(verify())


def test_nothing_is_half_in() -> None:
    insert(1)
    item, _steps = past(9)
    with pytest.raises(ValueError, match="at least the step"), writing():
        insert_many(SYSTEM, KIND, [item], [[]], NOW)
    assert Item.objects.count() == 1
    with writing():
        assert insert_many(SYSTEM, KIND, [], [], NOW) == []


def test_ten_thousand_a_second(record_property) -> None:
    insert(10)
    Item.objects.all().delete()
    started = time.process_time()
    insert(5000)
    rate = 5000 / (time.process_time() - started)
    record_property("table", f"work: {rate:,.0f} past items with two timeline rows each written a second")
    assert rate > 3_000, "less than a third of the aim, in time of this process alone"


@pytest.mark.parametrize(("reached", "status"), [(0, "assigned"), (1, "en_route"), (2, "on_scene"), (3, "free")])
def test_units_sent_in_the_past_stand_where_they_got_to(reached: int, status: str) -> None:
    item, who = insert(1)[0], unit()
    times = [item.opened_at + timedelta(minutes=minutes) for minutes in range(1, 5)]
    told = [at if place <= reached else None for place, at in enumerate(times)]
    outcome = "cleared" if reached == 3 else ""
    with writing():
        send_many([Sent(item.pk, who.pk, who.agency_id, times[0], *told[1:], outcome)])
    task = Task.objects.get()
    assert [task.assigned_at, task.en_route_at, task.on_scene_at, task.ended_at] == told
    assert (task.outcome, Share.objects.get().agency_id, Share.objects.get().at) == (outcome, who.agency_id, times[0])
    who.refresh_from_db()
    assert who.status == status
    assert status == "free" or who.status_at == times[reached]


def test_clocks_started_late_are_those_the_moves_would_have_left() -> None:
    mine = incident()
    act_at = NOW + timedelta(minutes=1)
    enter(mine, KIND, "new", "assigned", act_at)
    mine.save()
    item, _steps = past(1)
    item.state, item.closed_at, item.priority = "assigned", None, mine.priority
    steps = [Step("open", "new", NOW), Step("assigned", "assigned", act_at)]
    with writing():
        made = insert_many(SYSTEM, KIND, [item], [steps], NOW)
        start_clocks(KIND, made, [steps])
    names = ("code", "started_at", "limit_s", "due_at", "next_at", "stopped_at", "rung")
    (running,) = Clock.objects.filter(item=mine, stopped_at=None).values(*names)
    assert list(Clock.objects.filter(item=made[0]).values(*names)) == [running]
    assert Item.objects.get(pk=made[0].pk).due_at == mine.due_at == running["due_at"]
