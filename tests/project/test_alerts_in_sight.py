"""The number beside the bell is the number of alerts on the page behind it, whoever looks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from anning.kernel.contract import registry
from anning.kernel.contract.roles import ROLES
from anning.kernel.org.models import User
from anning.kernel.work.models import Alert, Item, Share
from anning.kernel.work.selectors import alerts as selectors
from tests import factories, pages
from tests.factories import AWAY, HOME, NOW

WHERE = ("", "3302", HOME, f"{HOME}001", AWAY)


@pytest.fixture
def told(here) -> list[Item]:
    """Work of every kind in both districts and outside every area, of which some is shared or a unit is sent to."""
    kinds = [kind.code for kind in registry.kinds()]
    return [factories.work(kind, area) for kind in kinds for area in (f"{HOME}001", f"{AWAY}001", AWAY, "")]


def tell(user: User, items: list[Item]) -> None:
    Alert.objects.bulk_create(
        Alert(user=user, item=item, cause=f"task:{item.pk}", at=NOW, seen_at=None) for item in items
    )
    Alert.objects.create(user=user, item=items[0], cause="seen", at=NOW, seen_at=NOW)


def counted(client: Client) -> tuple[int, int, set[str]]:
    """What the frame counts, how many lines the page has, and the numbers the API lists."""
    page = client.get("/alerts")
    listed = client.get("/api/v1/me/alerts").json()
    assert len(listed) == len(page.context["alerts"])
    return page.context["alerts_count"](), len(page.context["alerts"]), {one["number"] for one in listed}


@pytest.mark.parametrize("area", WHERE)
@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_the_count_is_the_length_of_the_page_for_every_role_and_area(told, role: str, area: str) -> None:
    agency = factories.agency("hotline")
    car = factories.unit(agency)
    who = factories.user(role, area, agency, car if role == "unit" else None)
    if role == "unit":
        factories.on_duty(who, agency, car, since=timezone.now())
    Share.objects.create(item=told[1], agency=agency, at=NOW)
    tell(who, told)
    count, lines, numbers = counted(pages.browser(who))
    assert count == lines == len(numbers)
    client = pages.browser(who)
    answers = {item.number: client.get(f"/work/{item.kind}/{item.number}").status_code for item in told}
    open_to = {number for number, status in answers.items() if status != 404}
    assert numbers == open_to, "told of what they may open, and of nothing else"


def test_alerts_out_of_sight_are_neither_counted_nor_in_the_way(told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "BATCH", 3)
    monkeypatch.setattr(selectors, "SHOWN", 2)
    who = factories.user("supervisor", HOME)
    near = [item for item in told if item.area_code.startswith(HOME)]
    tell(who, told)
    assert len(near) > 2
    assert counted(pages.browser(who))[:2] == (2, 2), "the newest that fit, however many out of sight lie between"
    Alert.objects.filter(item__in=near[1:]).update(seen_at=NOW)
    assert counted(pages.browser(who))[:2] == (1, 1)


def test_work_that_moved_out_of_ones_area_is_no_longer_counted(told) -> None:
    who = factories.user("dispatcher", HOME)
    tell(who, told[:1])
    client = pages.browser(who)
    assert counted(client)[:2] == (1, 1)
    Item.objects.filter(pk=told[0].pk).update(area_code=f"{AWAY}001")
    assert counted(client)[:2] == (0, 0)


def test_work_of_a_domain_that_is_gone_breaks_no_page(told) -> None:
    who = factories.user("supervisor")
    tell(who, told[:1])
    Item.objects.filter(pk=told[0].pk).update(kind="gone")
    assert counted(pages.browser(who))[:2] == (0, 0)
