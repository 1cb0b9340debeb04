"""A unit goes through a dead zone: what it says is kept, shown as not yet sent, sent once, and never quietly lost."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_journeys import ring
from tests.faults.running import Running

pytestmark = pytest.mark.browser
ME = "/calls/units/me"
PATIENCE = 45_000
KEPT = """async () => {
  const names = await caches.keys();
  for (const name of names) if (await (await caches.open(name)).match("/calls/units/me/shell")) return true;
  return false;
}"""
LEFT = """async () => [
  ...(await indexedDB.databases()).map(one => one.name), ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope)]"""


UNIT, CREW = "海曙01", "unit01"


@pytest.fixture
def number(running: Running) -> Iterator[str]:
    """An incident the unit was sent to; it is free again afterwards."""
    made = ring(running, "月湖西区有人打架")
    desk(running, made, "assign", units=[UNIT])
    yield made
    _status, item = running.get(f"/api/v1/work/incident/{made}")
    running.post(f"/api/v1/calls/incidents/{made}/stand-down", {"version": item["version"], "reason": "清场"})


def desk(running: Running, number: str, verb: str, **body: object) -> None:
    _status, item = running.get(f"/api/v1/work/incident/{number}")
    given = {"version": item["version"], "reason": "报警人撤回", **body}
    status, answer = running.post(f"/api/v1/calls/incidents/{number}/{verb}", given)
    assert status == 200, answer


def timeline(running: Running, number: str) -> list[dict[str, object]]:
    status, rows = running.get(f"/api/v1/work/incident/{number}/timeline")
    assert status == 200
    return list(rows)


def entered(running: Running, number: str, action: str, page: Page) -> dict[str, object]:
    """The row a word of the crew became, waited for: the phone shows a word before it is sent."""
    for _ in range(PATIENCE // 250):
        rows = [one for one in timeline(running, number) if one["data"].get("action") == action]  # type: ignore[attr-defined]  # JSON
        if rows:
            assert len(rows) == 1
            return rows[0]
        page.wait_for_timeout(250)
    raise AssertionError(f"{action} was never entered")


def ready_for_dead_zones(page: Page) -> None:
    """The worker runs and has the shell and every file this page needed."""
    page.wait_for_function(KEPT, timeout=PATIENCE)
    page.reload()
    page.wait_for_timeout(6_000)


def step(page: Page, action: str) -> None:
    page.locator(f"#dock form:has([value={action}]) button").click()


def test_a_dead_zone_a_reload_and_a_desk_that_moved_on(running: Running, number: str, signed_in: SignIn) -> None:
    phone = signed_in(CREW, phone=True)
    phone.goto(ME)
    expect(phone.locator("#task")).to_contain_text(number)
    ready_for_dead_zones(phone)
    step(phone, "accept")
    expect(phone.locator("#state [data-stage=accepted]")).to_be_visible(timeout=PATIENCE)
    entered(running, number, "accept", phone)
    expect(phone.locator("#outbox")).to_be_hidden(timeout=PATIENCE)

    phone.context.set_offline(True)
    step(phone, "depart")
    expect(phone.locator("#outbox-head")).to_contain_text("1 条尚未发出")
    step(phone, "arrive")
    expect(phone.locator("#outbox-head")).to_contain_text("2 条尚未发出")
    expect(phone.locator("#unsent-mark")).to_be_visible()
    expect(phone.locator("#heard")).to_contain_text("尚未发出")

    phone.reload()
    expect(phone.locator("#outbox-head")).to_contain_text("2 条尚未发出", timeout=PATIENCE)
    expect(phone.locator("#task")).to_contain_text(number)
    expect(phone.locator("#dock form:has([value=clear]) button")).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text(CREW)

    desk(running, number, "report", unit=UNIT, action="stand_down")
    phone.context.set_offline(False)
    cards = phone.locator("[data-odds]")
    expect(cards).to_have_count(1, timeout=PATIENCE)
    for said in ("出警", "到场", "报警人撤回", "desk01"):
        expect(cards).to_contain_text(said, timeout=PATIENCE)
    expect(phone.locator("#outbox")).to_be_hidden(timeout=PATIENCE)

    cards.locator("[value=insist]").click()
    expect(cards).to_have_count(0, timeout=PATIENCE)
    for _ in range(20):
        told = [row["data"].get("standing") for row in timeline(running, number) if row["verb"] == "unit-report"]  # type: ignore[attr-defined]  # JSON
        if len(told) == 4:
            break
        phone.wait_for_timeout(500)
    assert told == ["conflict", "conflict", "insisted", "insisted"]
    page = signed_in("desk01")
    page.goto(f"/calls/{number}")
    expect(page.locator("#timeline")).to_contain_text("坚持")


def test_two_tabs_send_once_and_signing_out_leaves_nothing(running: Running, number: str, signed_in: SignIn) -> None:
    first = signed_in(CREW, phone=True)
    posted: list[str] = []
    first.context.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    first.goto(ME)
    ready_for_dead_zones(first)
    second = first.context.new_page()
    second.goto(ME)
    first.context.set_offline(True)
    step(first, "depart")
    expect(second.locator("#outbox-head")).to_contain_text("1 条尚未发出", timeout=PATIENCE)
    posted.clear()
    first.context.set_offline(False)
    for page in (first, second):
        expect(page.locator("#outbox")).to_be_hidden(timeout=PATIENCE)
    answered = [url for url in posted if url.endswith("/units/me/report")]
    assert len([row for row in timeline(running, number) if row["data"].get("action") == "depart"]) == 1  # type: ignore[attr-defined]  # JSON
    assert len(answered) <= 2, "one try without a link may have been under way"
    second.close()

    first.context.set_offline(True)
    step(first, "arrive")
    expect(first.locator("#outbox-head")).to_contain_text("1 条")
    first.once("dialog", lambda dialog: dialog.dismiss())
    leave(first)
    first.wait_for_timeout(500)
    assert first.evaluate(LEFT), "who says no stays signed in and keeps what waits"
    first.context.set_offline(False)
    expect(first.locator("#outbox")).to_be_hidden(timeout=PATIENCE)
    leave(first)
    first.wait_for_url(re.compile("/accounts/login/"), timeout=PATIENCE)
    assert first.evaluate(LEFT) == []


def leave(page: Page) -> None:
    page.locator("details.menu").evaluate("menu => { menu.open = true; }")
    page.locator("form[action$='/accounts/logout/'] button").click()


@pytest.mark.usefixtures("number")
def test_the_own_position_is_on_the_map_and_on_the_desks_board(signed_in: SignIn) -> None:
    board = signed_in("desk01")
    board.goto("/calls/units/")
    phone = signed_in(CREW, phone=True)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": 121.55, "latitude": 29.872})
    phone.goto(ME)
    phone.locator("#scene[data-ready]").wait_for(timeout=PATIENCE)
    phone.locator("#position").click()
    expect(phone.locator(".map__own")).to_be_visible(timeout=PATIENCE)
    expect(phone.locator("#away")).to_contain_text(re.compile(r"直线 [\d.]+ k?m"))
    row = board.locator("[data-unit='海曙01']")
    expect(row.locator("[data-slot=contact]")).to_contain_text(re.compile(r"位置 0:\d\d 前"), timeout=PATIENCE)


def test_a_wrong_clock_is_measured_said_and_corrected(running: Running, number: str, signed_in: SignIn) -> None:
    phone = signed_in(CREW, phone=True)
    phone.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=2))
    phone.goto(ME)
    expect(phone.locator("#skew")).to_contain_text(re.compile(r"本机时钟快 7\d\d\d 秒"), timeout=PATIENCE)
    step(phone, "accept")
    expect(phone.locator("#outbox")).to_be_hidden(timeout=PATIENCE)
    expect(phone.locator("#state [data-stage=accepted]")).to_be_visible(timeout=PATIENCE)
    row = entered(running, number, "accept", phone)
    assert abs(datetime.fromisoformat(str(row["at"])) - datetime.now(UTC)) < timedelta(minutes=5)
