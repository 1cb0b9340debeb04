"""A planner compares two rosters, and lets posts be placed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.faults.running import Running

pytestmark = pytest.mark.browser
PAST = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.access.selectors import viewer_of
from anning.kernel.org.models import User
desk = viewer_of(User.objects.get(username="desk01"))
for n in range(80):
    at = timezone.now() - timedelta(days=20) + timedelta(minutes=9 * n)
    point = {"lon": 121.54 + 0.02 * (n % 4), "lat": 29.86 + 0.01 * (n % 3)}
    take_call(desk, Intake(source_key=f"plan-{n}", category="crime.property.theft", received_at=at, **point), now=at)
"""


@pytest.fixture(scope="module")
def past(running: Running) -> Running:
    """The demonstration city with eighty incidents three weeks ago."""
    running.python(PAST)
    return running


def test_a_planner_compares_two_rosters(past: Running, signed_in: SignIn, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in("analyst01", english=True)
    page.goto("/calls/replay/")
    for name, delta in (("two more", "2"), ("one fewer", "-1")):
        page.locator("#g-1").select_option(index=1)
        page.locator("#d-1").fill(delta)
        page.get_by_role("button", name="Replay", exact=True).click()
        expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
        expect(page.locator("#response[data-ready]")).to_be_visible()
        assert axe(page) == []
        page.get_by_label("Keep as").fill(name)
        page.get_by_role("button", name="Keep the scenario").click()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    for name in ("two more", "one fewer"):
        page.get_by_label(f"Compare {name}").check()
    page.get_by_role("button", name="Compare the chosen").click()
    chart = page.locator("#compared[data-ready]")
    expect(chart).to_be_visible()
    chart.get_by_text("Show the figures as a table").click()
    expect(chart.get_by_role("columnheader", name="two more")).to_be_visible()
    page.get_by_role("button", name="Delete one fewer").click()
    expect(page.get_by_role("link", name="one fewer", exact=True)).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True])
def test_posts_go_on_to_the_laboratory(
    past: Running, signed_in: SignIn, axe: Callable[[Page], list[str]], phone: bool
) -> None:
    page = signed_in("analyst01", english=True, dark=True, phone=phone)
    page.goto("/calls/posts/")
    page.get_by_label("How many").fill("3")
    page.get_by_role("button", name="Place posts").click()
    expect(page.get_by_text("Proven:")).to_be_visible()
    expect(page.locator("#posts-map[data-ready]")).to_be_visible(timeout=20_000)
    assert axe(page) == []
    page.get_by_role("link", name="Replay with one unit at each post").click()
    expect(page.get_by_text("One unit at each of 3 proposed posts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
