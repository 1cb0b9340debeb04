"""A demonstration city: what is behind it when it is first looked at, and that a second start does nothing again."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from anning.domains.calls.models import Call
from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.statistics import compare
from anning.gateway import demo
from anning.kernel.access.scope import SYSTEM
from anning.kernel.figures.period import Period
from anning.kernel.org.models import Duty
from anning.kernel.work.models import Item
from tests.domains.calls.invariants import broken

from .conftest import written

pytestmark = pytest.mark.django_db
BUSY = 3
"""Times the demonstration's own scale, so that no day of the small city is empty by chance."""


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(demo, "SCALE", demo.SCALE * BUSY)
    folder = written(tmp_path / "city")
    demo.prepare(folder)
    return folder


@pytest.mark.parametrize("name", ["week", "month", "quarter", "last_month"])
def test_no_day_of_what_the_statistics_offer_is_empty_nor_of_the_year_before(city: Path, name: str) -> None:
    period = AskedFigures.read({"period": name}, timezone.localdate()).period
    for stretch in (period, period.year_before()):
        since, until = stretch.moments()
        days = {timezone.localdate(at) for at in _rang(since, until)}
        assert len(days) >= 0.95 * stretch.days
        assert {stretch.start, stretch.end} <= {day + timedelta(spare) for day in days for spare in (-1, 0, 1)}


def _rang(since: datetime, until: datetime) -> list[datetime]:
    return list(
        Call.objects.filter(received_at__gte=since, received_at__lt=until).values_list("received_at", flat=True)
    )


def test_the_change_on_the_year_compares_like_with_like(city: Path) -> None:
    month = AskedFigures.read({}, timezone.localdate()).period
    assert month.days == 30
    (one,) = compare(SYSTEM, "incident", month, "category", depth=1)
    assert one.before > 0
    assert one.verdict == 0, "the same rates both years: no change but by chance"
    assert 0.5 < one.now / one.before < 2


def test_what_is_behind_it_keeps_every_rule_and_reaches_to_now(city: Path) -> None:
    assert list(broken()) == []
    today = timezone.localdate()
    assert Period(today - timedelta(days=demo.PAST_DAYS), today).days > 92
    newest = Item.objects.order_by("-opened_at")[0].opened_at
    assert timedelta() <= timezone.now() - newest < timedelta(days=2)


def test_a_second_start_adds_nothing(city: Path) -> None:
    before = Item.objects.count(), Call.objects.count(), Duty.objects.count()
    demo.prepare(city)
    assert (Item.objects.count(), Call.objects.count(), Duty.objects.count()) == before
