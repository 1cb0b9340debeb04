"""Made calls of the past: the same for the same seed, whole in every table, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from anning.domains.calls.models import Call, Incident, Matter
from anning.gateway import cities, generating
from anning.kernel.audit.selectors import verify
from anning.kernel.contract import registry
from anning.kernel.figures.models import Snapshot
from anning.kernel.people.models import Contact
from anning.kernel.work.models import Change, Clock, Event, Item
from anning.wire.city import City

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
AFTER = datetime(2026, 9, 30, tzinfo=UTC)


def generate(city: City, **other: object) -> dict[str, int]:
    given = {"scale": 1.0, "seed": 1, "say": lambda _text: None, "until": AFTER, **other}
    days = given.pop("days", (FIRST, LAST))
    return generating.generate(city, *days, **given)


@pytest.fixture
def loaded(small_city: City) -> City:
    cities.load(small_city)
    return small_city


def test_calls_events_and_timelines_are_whole(loaded: City) -> None:
    counts = generate(loaded)
    assert counts["read"] == counts["imported"] == Call.objects.count() > 100
    assert counts["duplicates"] == counts["rejected"] == 0
    items = Item.objects.all()
    assert items.count() < Call.objects.count()
    assert Incident.objects.count() + Matter.objects.count() == items.count()
    assert set(items.values_list("kind", flat=True)) == {"incident", "matter"}
    assert {item.area_code for item in items} == {"330203001001"}
    assert not Clock.objects.exists()
    assert not Event.objects.exists()
    assert not list(verify())


def test_every_timeline_is_a_walk_the_state_table_knows_to_an_end(loaded: City) -> None:
    generate(loaded)
    for item in Item.objects.all():
        table = registry.kind(item.kind).table
        changes = list(Change.objects.filter(item=item).order_by("version"))
        assert [change.version for change in changes] == list(range(1, item.version + 1))
        assert (changes[0].old, changes[0].new, changes[-1].new) == ("", table.first.code, item.state)
        assert all(one.new == two.old and one.at <= two.at for one, two in pairwise(changes))
        assert {change.new for change in changes} <= set(table.by_code)
        assert (item.closed_at is not None) is table.by_code[item.state].final


def test_the_same_seed_makes_the_same_calls_and_none_twice(loaded: City) -> None:
    first = generate(loaded)
    keys = set(Call.objects.values_list("source_key", flat=True))
    again = generate(loaded)
    assert again == {**first, "imported": 0, "duplicates": first["read"]}
    assert set(Call.objects.values_list("source_key", flat=True)) == keys
    assert generate(loaded, seed=2)["imported"] > 0


def test_days_are_the_same_together_or_apart(loaded: City) -> None:
    generate(loaded)
    whole = set(Call.objects.values_list("source_key", "received_at", "address"))
    for day in (LAST, FIRST):
        assert generate(loaded, days=(day, day))["imported"] == 0
    assert set(Call.objects.values_list("source_key", "received_at", "address")) == whole


def test_a_smaller_batch_stores_the_same_events(loaded: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "BATCH", 7)
    counts = generate(loaded)
    assert counts["imported"] == counts["read"] == Call.objects.count()


def test_what_is_not_over_yet_is_open_and_what_has_not_rung_is_not_there(loaded: City) -> None:
    noon = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
    generate(loaded, until=noon)
    assert not Call.objects.filter(received_at__gte=noon).exists()
    assert Item.objects.filter(closed_at=None).exists()
    assert not Change.objects.filter(at__gt=noon).exists()


def test_contacts_are_kept_only_within_their_retention(loaded: City) -> None:
    generate(loaded)
    assert not Contact.objects.exists()
    generate(loaded, seed=3, until=datetime(2026, 3, 6, tzinfo=UTC))
    assert Contact.objects.count() == Call.objects.filter(contact__isnull=False).count() > 0
    assert not Contact.objects.filter(keep_until__lte=datetime(2026, 3, 6, tzinfo=UTC)).exists()


def test_figures_are_there_at_once_and_progress_is_told(loaded: City) -> None:
    said: list[str] = []
    counts = generate(loaded, say=said.append)
    assert Snapshot.objects.get(kind="incident").rows + Snapshot.objects.get(kind="matter").rows == Item.objects.count()
    assert f"{counts['read']:,} calls" in said[-1]
    assert "0 s left" in said[-1]
