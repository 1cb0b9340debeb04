"""Opening, finding and correcting items."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anning.kernel.access.scope import NOBODY
from anning.kernel.access.selectors import viewer_of
from anning.kernel.audit.models import Entry
from anning.kernel.contract import registry
from anning.kernel.org.models import User
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Change, Clock, Event, Item
from anning.kernel.work.selectors.alerts import unseen_alerts, unseen_count
from anning.kernel.work.selectors.items import find, parse_number, since
from anning.kernel.work.services import tasks
from anning.kernel.work.services.alerts import mark_seen
from anning.kernel.work.services.items import Draft, act, edit, note, open_item
from tests.factories import AWAY, HOME, NOW, incident, on_duty, unit, user, viewer

pytestmark = pytest.mark.django_db


class TestFinding:
    """One answer for what is not there, of another kind or out of sight."""

    @pytest.mark.parametrize("number", ["", "JQ", "JQ12x", "XX1", "JQ0", "12", "JQ" + "9" * 16, "MS{pk}", "JQ{pk}'"])
    def test_what_is_no_number_of_it_finds_nothing(self, number: str) -> None:
        item = incident()
        with pytest.raises(NotVisibleError):
            find(viewer(), number.replace("{pk}", str(item.pk)))

    def test_leading_zeros_and_case_do_not_matter(self) -> None:
        item = incident()
        assert item.number == f"JQ{item.pk:07d}"
        for number in (item.number, f"jq{item.pk}", f"Jq000000{item.pk}"):
            assert find(viewer(), number).pk == item.pk
        assert parse_number("ld0012") == ("LD", 12)

    def test_out_of_sight_is_not_there(self) -> None:
        item = incident(area_code=HOME)
        for who in (NOBODY, viewer("dispatcher", AWAY), viewer("auditor"), viewer("unit", unit_id=5)):
            with pytest.raises(NotVisibleError):
                find(who, item.number)
        assert find(viewer("dispatcher", HOME), item.number, kind="incident").pk == item.pk
        with pytest.raises(NotVisibleError):
            find(viewer(), item.number, kind="matter")


class TestOpening:
    """A new item: its rows, and how few statements they take."""

    def test_everything_is_there_in_one_transaction(self) -> None:
        draft = Draft("落水", "help.water", 1, HOME, 121.5, 29.8, 30.0, opened_at=NOW - timedelta(minutes=2))
        item = open_item(viewer("dispatcher"), registry.kind("incident"), draft, now=NOW)
        assert (item.state, item.version, item.opened_at) == ("new", 1, NOW - timedelta(minutes=2))
        assert item.cell is not None
        assert item.due_at == NOW + timedelta(seconds=60)
        assert Change.objects.get(item=item).verb == "open"
        assert Event.objects.get().body["number"] == item.number
        assert Entry.objects.get(subject=f"work.item:{item.pk}").action == "open"

    def test_without_life_there_is_neither_clock_nor_event(self) -> None:
        open_item(viewer("dispatcher"), registry.kind("incident"), Draft("旧"), now=NOW, live=False)
        assert not Clock.objects.exists()
        assert not Event.objects.exists()

    def test_who_may_not_open_is_refused(self) -> None:
        with pytest.raises(RefusedError):
            open_item(viewer("analyst"), registry.kind("incident"), Draft("x"))
        assert not Item.objects.exists()

    def test_it_takes_seven_statements_after_the_first(self) -> None:
        incident()
        with CaptureQueriesContext(
            connection,
        ) as taken:
            incident()
        statements = [q["sql"].split()[0] for q in taken if q["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE")]
        notify = connection.vendor == "postgresql"
        assert len(statements) == 7 + notify, taken.captured_queries


class TestCorrecting:
    """Edits and remarks keep what was."""

    def test_old_and_new_stand_in_the_timeline(self) -> None:
        item = incident(priority=3)
        edit(viewer(), item.number, {"priority": 1, "title": "改"}, version=1, reason="核实", now=NOW)
        row = since(item, 1)[0]
        assert row.data == {"priority": [3, 1], "title": ["路口两车相撞", "改"]}
        assert (row.version, row.reason) == (2, "核实")

    def test_an_empty_remark_is_refused(self) -> None:
        with pytest.raises(RefusedError):
            note(viewer(), incident().number, "  ")

    def test_who_may_not_edit_is_refused_and_nothing_changes(self) -> None:
        item = incident()
        with pytest.raises(RefusedError):
            edit(viewer("analyst"), item.number, {"title": "x"}, version=1)
        assert Item.objects.get().title == "路口两车相撞"

    def test_internal_moves_are_nobodys(self) -> None:
        with pytest.raises(RefusedError):
            act(viewer("supervisor"), incident().number, "assigned", version=1)


class TestAlerts:
    """What a person is told, until they have seen it."""

    def test_a_crew_on_duty_is_told_of_its_task_and_sees_only_its_own(self) -> None:
        car = unit()
        mine, off = user("unit", in_unit=car), user("unit", in_unit=car)
        on_duty(mine, in_unit=car)
        item = incident()
        tasks.send(item, car, NOW)
        seer, other = viewer_for(mine.pk), viewer_for(off.pk)
        assert [alert.item for alert in unseen_alerts(seer)] == [item]
        assert unseen_count(seer) == 1
        assert unseen_count(other) == unseen_count(NOBODY) == 0
        ids = [alert.pk for alert in unseen_alerts(seer)]
        assert mark_seen(other, ids) == 0
        assert mark_seen(seer, ids, NOW) == 1
        assert mark_seen(seer, ids, NOW) == 0
        assert unseen_count(seer) == 0

    def test_a_busy_unit_is_not_sent_twice(self) -> None:
        car = unit()
        tasks.send(incident(), car, NOW)
        with pytest.raises(RefusedError, match=car.code):
            tasks.send(incident(), car, NOW)

    def test_stages_go_forward_only(self) -> None:
        task = tasks.send(incident(), unit(), NOW)
        tasks.reach(task, "en_route", NOW + timedelta(minutes=1))
        with pytest.raises(RefusedError):
            tasks.reach(task, "on_scene", NOW)
        tasks.end(task, "cleared", NOW + timedelta(minutes=9))
        with pytest.raises(RefusedError):
            tasks.reach(task, "on_scene", NOW + timedelta(minutes=10))


def viewer_for(user_id: int):
    return viewer_of(User.objects.get(pk=user_id), NOW)
