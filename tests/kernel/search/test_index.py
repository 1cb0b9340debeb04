"""The index on the database of the run: in step with the timeline, within the viewer's scope."""

from datetime import UTC, datetime, timedelta

import pytest

from anning.domains.calls.module import INCIDENT_KIND
from anning.kernel.access.scope import Grant, Viewer
from anning.kernel.search.models import Progress
from anning.kernel.search.selectors import matching
from anning.kernel.search.services import index
from anning.kernel.work.models import Item
from anning.kernel.work.services.items import Draft, edit, open_item

pytestmark = pytest.mark.django_db
CITY = Viewer(1, "city", (Grant("supervisor", 1, ""),))
XIANGSHAN = Viewer(2, "xiangshan", (Grant("supervisor", 1, "330225"),))
HAISHU = Viewer(3, "haishu", (Grant("supervisor", 1, "330203"),))
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def incident(title: str, area: str = "330225001", at: datetime = NOW) -> Item:
    return open_item(CITY, INCIDENT_KIND, Draft(title=title, area_code=area, opened_at=at), now=at)


def titles(viewer: Viewer, text: str, limit: int = 20) -> list[str]:
    return [item.title for item in matching(viewer, INCIDENT_KIND, text, limit)]


def test_what_was_written_is_found_newest_first() -> None:
    for title in ("石浦港码头有人落水", "丹城街道火警", "石浦镇渔港路纠纷"):
        incident(title)
    assert index(NOW + timedelta(minutes=1)) == 3
    assert titles(CITY, "石浦") == ["石浦镇渔港路纠纷", "石浦港码头有人落水"]
    assert titles(CITY, "落水 石浦") == ["石浦港码头有人落水"]
    assert titles(CITY, "没有这个") == []
    assert titles(CITY, "") == []


def test_a_number_finds_its_item() -> None:
    item = incident("丹城街道火警")
    index(NOW + timedelta(minutes=1))
    assert titles(CITY, item.number.lower()) == ["丹城街道火警"]


def test_what_is_out_of_scope_is_not_found() -> None:
    incident("石浦港码头有人落水")
    index(NOW + timedelta(minutes=1))
    assert titles(XIANGSHAN, "石浦") == ["石浦港码头有人落水"]
    assert titles(HAISHU, "石浦") == []
    assert titles(Viewer(4, "nobody"), "石浦") == []


def test_a_changed_title_is_found_by_its_new_words_only() -> None:
    item = incident("丹城街道火警")
    index(NOW + timedelta(minutes=1))
    edit(CITY, item.number, {"title": "爵溪街道火警"}, version=1, now=NOW + timedelta(minutes=2))
    index(NOW + timedelta(minutes=3))
    assert titles(CITY, "爵溪") == ["爵溪街道火警"]
    assert titles(CITY, "丹城") == []


def test_running_it_again_changes_nothing() -> None:
    incident("丹城街道火警")
    index(NOW + timedelta(minutes=1))
    assert index(NOW + timedelta(minutes=2)) == 0
    assert titles(CITY, "火警") == ["丹城街道火警"]


def test_young_rows_are_looked_at_again() -> None:
    incident("丹城街道火警")
    assert index(NOW + timedelta(seconds=1)) == 1
    assert Progress.objects.get().last_change == 0
    assert index(NOW + timedelta(seconds=2)) == 1
    assert titles(CITY, "火警") == ["丹城街道火警"]


def test_more_than_one_round_of_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anning.kernel.search.selectors.PROBE", 3)
    unit = Viewer(5, "partner", (Grant("partner", 77, ""),))
    items = [incident(f"石浦镇第{number}号") for number in range(8)]
    Item.objects.filter(pk__in=[items[0].pk, items[1].pk]).update(agency_id=77)
    index(NOW + timedelta(minutes=1))
    assert titles(unit, "石浦", limit=2) == ["石浦镇第1号", "石浦镇第0号"]
