"""Opening many at once: the same rows as one by one, one audit entry, no clocks, nobody woken."""

import time
from datetime import timedelta

import pytest

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.work.models import Change, Clock, Event, Item
from anning.kernel.work.services.bulk import Step, insert_many
from anning.kernel.work.services.items import cell_of
from tests.factories import HOME, NOW, incident

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
