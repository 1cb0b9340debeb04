"""Made calls of the past: the same for the same seed, whole in every table, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from anning.domains.calls.models import Call, Incident, Matter
from anning.gateway import cities, generating
from anning.gateway.synthetic import BY_TELEPHONE
from anning.kernel.audit.selectors import verify
from anning.kernel.figures.models import Snapshot
from anning.kernel.people.models import Contact
from anning.kernel.work.models import Change, Clock, Event, Item, Task
from anning.wire.city import City, read_folder
from tests.domains.calls.invariants import broken

from .conftest import folder_files

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
AFTER = datetime(2026, 9, 30, tzinfo=UTC)


def generate(city: City, **other: object) -> dict[str, int]:
    given = {"scale": 1.0, "seed": 1, "say": lambda _text: None, "until": AFTER, **other}
    days = given.pop("days", (FIRST, LAST))
    return generating.generate(city, *days, **given)


UNITS = "code,agency,kind,area_code,site_code,capabilities,lon,lat\n" + "".join(
    f"U{number},police,{kind},330203,s1,patrol,{121.4 + number / 50},29.5\n"
    for number, kind in enumerate(["car", "car", "engine", "engine", "engine", "boat"])
)
ROUTES = 'route=[{agency="police",category="life"}]\n'


@pytest.fixture
def busy() -> City:
    """The small city with units of several kinds, and an agency for its livelihood matters."""
    city = read_folder(folder_files(units_csv=UNITS, routes_toml=ROUTES))
    cities.load(city)
    return city


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
    assert Task.objects.count() > 10
    assert not list(verify())


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("hour", [0, 4, 9, 15, None])
def test_all_that_is_generated_keeps_the_rules_of_what_services_write(busy: City, seed: int, hour: int | None) -> None:
    until = AFTER if hour is None else datetime(2026, 3, 4, hour, 20, tzinfo=UTC)
    generate(busy, seed=seed, until=until)
    assert list(broken()) == []
    assert Item.objects.filter(closed_at=None).exists() is (hour is not None)
    reached = set(Item.objects.values_list("state", flat=True))
    assert reached == {"closed"} if hour is None else len(reached) > 2


def test_runs_after_one_another_send_no_unit_to_two_places(busy: City) -> None:
    noon = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
    for seed, days in ((1, (FIRST, LAST)), (2, (FIRST, FIRST)), (1, (date(2025, 3, 2), date(2025, 3, 3)))):
        generate(busy, seed=seed, days=days, until=noon)
    assert list(broken()) == []


def test_an_incident_nobody_is_free_for_is_settled_on_the_telephone(small_city: City) -> None:
    cities.load(replace(small_city, units=()))
    generate(small_city)
    assert not Task.objects.exists()
    assert set(Change.objects.filter(item__kind="incident", verb="close").values_list("reason", flat=True)) == {
        BY_TELEPHONE
    }
    assert list(broken()) == []


def test_a_matter_no_route_names_an_agency_for_stays_with_the_desk(loaded: City) -> None:
    generate(loaded)
    assert not Change.objects.filter(item__kind="matter", verb="route").exists()
    assert Item.objects.filter(kind="matter", agency_id=None).count() > 5
    assert list(broken()) == []


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
    alone = Call.objects.filter(item__kind="matter").count()
    events = {
        key.split(":")[2] for key in Call.objects.filter(item__kind="incident").values_list("source_key", flat=True)
    }
    assert Item.objects.count() == alone + len(events)
    assert list(broken()) == []


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
