"""Snapshots follow the timeline: what is counted is what the database holds, whatever the order of events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.figures import store
from anning.kernel.figures.models import Progress, Snapshot
from anning.kernel.figures.services import roll
from anning.kernel.work.models import Change, Item

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def shown(month: str = "2026-03") -> pl.DataFrame:
    snapshot = Snapshot.objects.get(kind="incident", month=month)
    return pl.read_parquet(store.folder() / snapshot.file_name)


def test_a_month_holds_its_items_with_their_stages(past) -> None:
    past(DAY, DAY + timedelta(days=3), after_s=400)
    assert roll(LATER) == 1
    frame = shown()
    assert frame.schema == pl.Schema(store.SCHEMA)
    assert frame["at"].to_list() == [DAY, DAY + timedelta(days=3)]
    assert frame["assigned"].to_list()[0] == DAY + timedelta(seconds=60)
    assert frame["arrived"].to_list()[0] == DAY + timedelta(seconds=400)
    assert frame["parts"].to_list() == [0, 0]


def test_the_month_is_that_of_the_city_and_not_of_utc(past) -> None:
    past(datetime(2026, 2, 28, 17, 0, tzinfo=UTC))
    roll(LATER)
    assert [snapshot.month for snapshot in Snapshot.objects.all()] == ["2026-03"]


def test_rolling_again_writes_nothing(past) -> None:
    past(DAY)
    assert roll(LATER) == 1
    assert roll(LATER) == 0
    assert Snapshot.objects.get().revision == 1


def test_young_rows_are_looked_at_again(past) -> None:
    past(DAY)
    assert roll(DAY + timedelta(seconds=5)) == 1
    assert Progress.objects.get().last_change == 0
    assert roll(LATER) == 1
    assert Progress.objects.get().last_change == Change.objects.order_by("-pk")[0].pk


def test_a_changed_day_replaces_only_itself(past) -> None:
    first, second = past(DAY, DAY + timedelta(days=1))
    roll(LATER)
    Item.objects.filter(pk=first.pk).update(category="changed.unseen")
    Item.objects.filter(pk=second.pk).update(category="changed.seen")
    Change.objects.create(item=second, version=9, verb="edit", new="closed", at=LATER - timedelta(days=1), actor="x")
    assert roll(LATER) == 1
    assert shown()["category"].to_list() == ["order.fight", "changed.seen"]


def test_old_revisions_go_but_the_last_one_stays_for_readers(past) -> None:
    for number in range(4):
        past(DAY + timedelta(hours=number))
        roll(LATER)
    files = sorted(path.name for path in (store.folder() / "incident").iterdir())
    assert files == ["2026-03.3.parquet", "2026-03.4.parquet"]


def test_a_lost_file_is_made_again(past) -> None:
    past(DAY, DAY + timedelta(days=20))
    roll(LATER)
    (store.folder() / Snapshot.objects.get().file_name).unlink()
    assert roll(LATER) == 1
    assert len(shown()) == 2


def test_a_full_disk_leaves_the_old_revision(past, monkeypatch: pytest.MonkeyPatch) -> None:
    past(DAY)
    roll(LATER)
    past(DAY + timedelta(days=1))

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", full)
        with pytest.raises(OSError, match="No space"):
            roll(LATER)
    assert len(shown()) == 1
    roll(LATER)
    assert len(shown()) == 2


OFFSETS = st.lists(st.integers(0, 40 * 24), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OFFSETS, min_size=1, max_size=4))
def test_any_split_into_rolls_counts_the_same(past, batches: list[list[int]]) -> None:
    Item.objects.all().delete()
    Snapshot.objects.all().delete()
    Progress.objects.all().delete()
    for batch in batches:
        past(*(DAY + timedelta(hours=hours) for hours in batch))
        roll(LATER)
    for snapshot in Snapshot.objects.all():
        kept = pl.read_parquet(store.folder() / snapshot.file_name)
        assert kept["at"].to_list() == store.read_month("incident", snapshot.month)["at"].to_list()
        assert snapshot.rows == len(kept)
    assert sum(snapshot.rows for snapshot in Snapshot.objects.all()) == sum(map(len, batches))


@pytest.mark.parametrize(
    ("month", "first", "count"), [("2026-02", date(2026, 2, 1), 28), ("2024-12", date(2024, 12, 1), 31)]
)
def test_the_days_of_a_month(month: str, first: date, count: int) -> None:
    days = store.days_of(month)
    assert (days[0], len(days)) == (first, count)
    assert all(day.strftime("%Y-%m") == month for day in days)
