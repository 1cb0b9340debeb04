"""Every page a person meets, in both themes and languages, on desk and phone: axe finds nothing against WCAG 2.2 AA."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.browser.test_journeys import ring
from tests.faults.running import Running

pytestmark = pytest.mark.browser
PAGES = (
    "/calls/",
    "/calls/new",
    "/calls/{number}",
    "/calls/units/",
    "/calls/statistics/",
    "/calls/replay/",
    "/calls/posts/",
    "/work/incident/",
    "/work/incident/{number}/history",
    "/work/matter/",
    "/map/",
    "/search?q=月湖",
    "/alerts",
    "/accounts/2fa/",
)


@pytest.mark.parametrize(
    ("dark", "english", "phone"), [(False, False, False), (True, True, False), (True, False, True)]
)
def test_pages_of_the_desk(
    running: Running, signed_in: SignIn, axe: Callable[[Page], list[str]], dark: bool, english: bool, phone: bool
) -> None:
    number = ring(running, "月湖公园钱包被偷")
    page = signed_in("chief01", dark=dark, english=english, phone=phone)
    found = []
    for path in PAGES:
        answer = page.goto(path.format(number=number))
        assert answer is not None
        assert answer.status == 200, path
        found += [f"{path} {violation}" for violation in axe(page)]
    assert found == []


def test_the_phone_of_a_unit(signed_in: SignIn, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in("unit02", phone=True)
    page.goto("/calls/units/me")
    assert axe(page) == []


def test_signing_in(running: Running, browser, axe: Callable[[Page], list[str]]) -> None:
    page = browser.new_page(base_url=f"http://127.0.0.1:{running.port}")
    page.goto("/accounts/login/")
    assert axe(page) == []
    page.close()
