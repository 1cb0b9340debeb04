"""Many writers at once, and a verification while they write."""

import threading
import time
from functools import partial

import pytest
from django.db import connection, transaction

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit import services
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from tests.kernel.audit.writing import write
from tests.together import at_once

EACH = 25


def write_many(lane: int, monkeypatched: dict[int, int]) -> None:
    monkeypatched[threading.get_ident()] = lane
    for number in range(EACH):
        with writing():
            record(SYSTEM, "test", f"work.item:{number}", {"lane": lane})


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    chosen: dict[int, int] = {}
    if connection.vendor != "sqlite":
        monkeypatch.setattr(services, "_lane", lambda: chosen.get(threading.get_ident(), 0))
    return chosen


def test_writers_on_two_lanes_and_on_one_leave_unbroken_chains(committed: None, lanes: dict[int, int]) -> None:
    results = at_once(*(partial(write_many, lane, lanes) for lane in (1, 1, 2, 2)))
    assert results == [None] * 4
    assert Entry.objects.count() == 4 * EACH
    assert list(verify()) == []
    if connection.vendor != "sqlite":
        assert sorted(Entry.objects.values_list("lane", flat=True)) == [1] * 2 * EACH + [2] * 2 * EACH


def test_a_verification_in_the_middle_of_writing_cries_no_wolf(committed: None, lanes: dict[int, int]) -> None:
    def look() -> list[object]:
        found: list[object] = []
        for _ in range(10):
            found += list(verify())
        return found

    *_, found = at_once(partial(write_many, 1, lanes), partial(write_many, 2, lanes), look)
    assert found == []
    assert Entry.objects.count() == 2 * EACH


@pytest.mark.django_db
def test_fifty_thousand_entries_a_second_are_verified(record_property) -> None:
    with transaction.atomic():
        write(4000)
    best = min(timed() for _ in range(3))
    rate = 4000 / best
    record_property("table", f"audit: {rate:,.0f} entries verified a second ({connection.vendor})")
    assert rate > 15_000, "less than a third of the aim, in time of this process alone"


def timed() -> float:
    started = time.process_time()
    assert list(verify()) == []
    return time.process_time() - started
