"""The start page, alerts and duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from anning.kernel.contract.roles import ROLES
from anning.kernel.org.models import Duty
from anning.kernel.work.models import Alert, Item
from tests import factories, pages


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("call_taker", "/calls/"),
        ("dispatcher", "/calls/"),
        ("supervisor", "/calls/"),
        ("partner", "/calls/"),
        ("analyst", "/calls/"),
        ("unit", "/calls/units/me"),
        ("auditor", "/registers/"),
        ("administrator", "/registers/"),
    ],
)
def test_home_is_the_first_page_of_the_menu(here, role: str, first: str) -> None:
    client = pages.browser(factories.user(role, in_unit=factories.unit()))
    assert client.get("/")["Location"] == first
    assert client.get(first).status_code == 200


def test_the_table_above_has_every_role() -> None:
    assert len(ROLES) == 8


def test_who_has_no_part_goes_to_their_duty(here) -> None:
    from anning.kernel.org.models import Membership

    who = factories.user()
    Membership.objects.all().delete()
    client = pages.browser(who)
    assert client.get("/")["Location"] == "/duty"
    assert client.get("/duty").status_code == 200


# alerts


def alert(who, item: Item, cause: str = "breach:cover:20260304:1", at=factories.NOW) -> Alert:
    return Alert.objects.create(user=who, item=item, cause=cause, at=at)


def test_alerts_are_shown_newest_first_with_their_cause(here) -> None:
    who = factories.user("supervisor")
    item = pages.well("井盖缺失")
    alert(who, item)
    alert(who, item, "task:1", factories.NOW + timedelta(minutes=1))
    alert(who, item, "joint", factories.NOW + timedelta(minutes=2))
    shown = pages.browser(who).get("/alerts").context["alerts"]
    assert [str(row["title"]) for row in shown] == ["有事项需要您处理", "您所在力量已被派出", "已超时限：time to cover"]
    assert shown[0]["item"]["url"] == f"/work/well/{item.number}"


def test_one_alert_or_all_are_marked_as_seen(here) -> None:
    who, item = factories.user("supervisor"), pages.well()
    made = [alert(who, item, f"task:{number}") for number in range(3)]
    client = pages.browser(who)
    assert client.post("/alerts/seen", {"id": made[0].pk})["Location"] == "/alerts"
    assert len(client.get("/alerts").context["alerts"]) == 2
    client.post("/alerts/seen", {"id": [row.pk for row in made]})
    page = client.get("/alerts")
    assert page.context["alerts"] == []
    assert 'class="empty"' in page.content.decode()


def test_nobody_marks_anothers_alerts(here) -> None:
    theirs = alert(factories.user("supervisor"), pages.well())
    client = pages.browser(factories.user("supervisor"))
    assert client.get("/alerts").context["alerts"] == []
    client.post("/alerts/seen", {"id": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.seen_at is None


@pytest.mark.parametrize("pk", ["x", "", "-1", "٣", "9" * 30])
def test_what_is_no_alert_marks_nothing(supervisor, pk: str) -> None:
    assert supervisor.post("/alerts/seen", {"id": pk}).status_code == 302


def test_an_alert_on_an_item_out_of_sight_is_not_shown(here) -> None:
    who = factories.user("supervisor", factories.HOME)
    item = pages.well("井盖缺失")
    alert(who, item)
    assert len(pages.browser(who).get("/alerts").context["alerts"]) == 1
    Item.objects.update(area_code=f"{factories.AWAY}001")
    page = pages.browser(who).get("/alerts")
    assert page.context["alerts"] == []
    assert "井盖缺失" not in page.content.decode()


# duty


def test_duty_starts_and_ends(here) -> None:
    who = factories.user("dispatcher")
    client = pages.browser(who)
    choices = client.get("/duty").context["form"].fields["where"].choices
    assert [name for _, name in choices] == ["police"]
    client.post("/duty", {"where": choices[0][0]})
    duty = Duty.objects.get(user=who)
    assert duty.ends_at is None
    page = client.get("/duty")
    assert "form" not in page.context or page.context["form"] is None
    client.post("/duty")
    duty.refresh_from_db()
    assert duty.ends_at <= timezone.now()


def test_a_crew_chooses_its_unit(here) -> None:
    near, far = factories.unit(), factories.unit(area_code=f"{factories.AWAY}001")
    client = pages.browser(factories.user("unit", factories.HOME))
    names = [name for _, name in client.get("/duty").context["form"].fields["where"].choices]
    assert names == [f"police · {near.code}"]
    assert far.code not in names
    fixed = pages.browser(factories.user("unit", factories.HOME, in_unit=far))
    assert [name for _, name in fixed.get("/duty").context["form"].fields["where"].choices] == [f"police · {far.code}"]


@pytest.mark.parametrize("where", ["", "999:", "1:1:1", "x"])
def test_duty_elsewhere_is_not_offered_nor_taken(supervisor, where: str) -> None:
    response = supervisor.post("/duty", {"where": where})
    assert response.status_code == 422
    assert not Duty.objects.exists()


def test_an_agency_has_its_name_in_ones_language(here) -> None:
    agency = factories.agency("fire")
    type(agency).objects.filter(pk=agency.pk).update(name="消防救援", name_en="Fire and rescue")
    client = pages.browser(factories.user("dispatcher", of=agency))
    assert client.get("/duty").context["form"].fields["where"].choices[0][1] == "消防救援"
    client.post("/language/", {"language": "en", "next": "/duty"})
    assert client.get("/duty").context["form"].fields["where"].choices[0][1] == "Fire and rescue"
