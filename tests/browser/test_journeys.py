"""What people do at the desk, on the telephone and in the field, in a real browser over a real server."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.faults.running import Running, new_key

pytestmark = pytest.mark.browser
MOON_LAKE = {"lon": 121.541, "lat": 29.868}


def ring(running: Running, narrative: str, **more: object) -> str:
    """A call comes in by the API; returns its number."""
    status, answer = running.take(new_key(), narrative=narrative, address=narrative, **{**MOON_LAKE, **more})
    assert status == 200, answer
    return str(answer["number"])


def live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "open", timeout=15_000)


def test_a_call_appears_on_every_desk_without_reload(running: Running, signed_in: SignIn) -> None:
    first, second = signed_in("desk01"), signed_in("haishu01")
    for page in (first, second):
        page.goto("/calls/")
        live(page)
    number = ring(running, "月湖公园有人钱包被偷")
    for page in (first, second):
        expect(page.locator(f"[data-number={number}]")).to_be_visible(timeout=5_000)


def test_another_countys_desk_is_not_told(running: Running, signed_in: SignIn) -> None:
    page = signed_in("xiangshan01")
    page.goto("/calls/")
    live(page)
    number = ring(running, "鼓楼门口电动车被盗")
    page.wait_for_timeout(2_000)
    expect(page.locator(f"[data-number={number}]")).to_have_count(0)
    assert page.goto(f"/calls/{number}").status == 404


def test_a_call_is_taken_by_keyboard_and_its_number_shown(signed_in: SignIn) -> None:
    page = signed_in("call01")
    page.goto("/calls/new")
    page.keyboard.type("有人落水，快来")
    page.locator("#id_address").fill("yuehu")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_lon")).not_to_have_value("")
    page.get_by_role("combobox", name="类别").focus()
    page.keyboard.type("nishui")
    page.keyboard.press("Enter")
    expect(page.locator("#id_category")).to_have_value("help.water.drowning")
    expect(page.locator("#protocol-pane")).to_contain_text("人还在水里吗")
    page.locator("#protocol-pane").get_by_role("button").first.focus()
    page.keyboard.press("1")
    expect(page.locator("#protocol-pane")).to_contain_text("不要下水")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice--success")).to_contain_text(re.compile(r"JQ\d{7}"), timeout=30_000)


def test_two_dispatchers_on_one_incident_one_wins_and_the_other_is_shown(running: Running, signed_in: SignIn) -> None:
    number = ring(running, "江厦桥头两人争吵")
    first, second = signed_in("desk01"), signed_in("desk02")
    for page in (first, second):
        page.goto(f"/calls/{number}")
    for page, reason in ((first, "误报，已核实"), (second, "重复警情")):
        form = page.locator(f"form[action$='/{number}/act/close']").first
        form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
        form.locator("[name=reason]").fill(reason)
        form.locator("button").click()
        page.wait_for_load_state()
    expect(second.locator("body")).to_contain_text("desk01")
    expect(second.locator("body")).to_contain_text("误报，已核实")


def test_a_unit_follows_its_task_on_the_phone_to_the_end(running: Running, signed_in: SignIn) -> None:
    number = ring(running, "天一阁旁商铺被盗")
    desk, phone = signed_in("desk01"), signed_in("unit01", phone=True)
    phone.goto("/calls/units/me")
    status, item = running.get(f"/api/v1/work/incident/{number}")
    assert status == 200
    status, _ = running.post(
        f"/api/v1/calls/incidents/{number}/assign", {"units": ["海曙01"], "version": item["version"]}
    )
    assert status == 200
    phone.goto("/calls/units/me")
    expect(phone.locator("body")).to_contain_text(number)
    for step in ("accept", "depart", "arrive", "clear"):
        button = phone.locator(f"form[data-report]:has([value={step}]) button")
        button.click()
        expect(button).to_be_hidden(timeout=15_000)
    expect(phone.locator(".phone")).not_to_contain_text(number, timeout=15_000)
    desk.goto(f"/calls/{number}")
    expect(desk.locator("#timeline")).to_contain_text("unit01")


def test_contact_details_are_shown_only_for_a_stated_purpose(running: Running, signed_in: SignIn) -> None:
    number = ring(running, "月湖西区入室盗窃", caller_phone="10012345678")
    page = signed_in("desk01")
    page.goto(f"/calls/{number}")
    expect(page.locator("body")).not_to_contain_text("10012345678")
    page.locator("a[href*='/contact/'], button[hx-get*='/contact/']").first.click()
    page.locator("[name=purpose]").first.fill("回拨核实地点")
    page.locator("form:has([name=purpose]) button").first.click()
    expect(page.locator("body")).to_contain_text("10012345678")


def test_search_finds_by_number_and_by_words(running: Running, signed_in: SignIn) -> None:
    number = ring(running, "南塘老街糖果铺失窃")
    page = signed_in("chief01")
    page.wait_for_timeout(3_500)
    page.goto("/work/incident/?q=糖果铺")
    expect(page.locator("body")).to_contain_text(number)
    page.goto(f"/search?q={number}")
    expect(page).to_have_url(re.compile(number))


def test_language_and_theme_are_remembered(signed_in: SignIn) -> None:
    page = signed_in("desk01")
    page.goto("/calls/")
    page.locator("button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("[data-theme-toggle]").click()
    theme = page.locator("html").get_attribute("data-theme")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", str(theme))


def test_nothing_is_asked_of_the_outside(running: Running, signed_in: SignIn) -> None:
    page = signed_in("desk01")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/calls/", "/map/", "/calls/new", "/calls/statistics/"):
        page.goto(path)
        page.wait_for_timeout(1_000)
    outside = [
        url
        for url in asked
        if not re.match(rf"(http://127\.0\.0\.1:({running.port}|{running.port + 1})/|data:|blob:)", url)
    ]
    assert outside == []


def test_two_agencies_on_one_incident_with_the_recommendation_accepted_by_keyboard(
    running: Running, signed_in: SignIn
) -> None:
    number = ring(
        running, "中山路车祸有人被困", category="traffic.crash.injury", capabilities=["extrication", "medical"]
    )
    desk, fire = signed_in("desk01"), signed_in("fire01")
    desk.goto(f"/calls/{number}")
    expect(desk.locator("[data-accept]")).to_be_visible()
    named = desk.locator("[data-accept] .pick__names").inner_text()
    desk.keyboard.press("a")
    expect(desk.locator("[data-accept]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#units-on-it")).to_contain_text("消")
    for code in named.removeprefix("派").strip().split("、"):
        expect(desk.locator("#units-on-it")).to_contain_text(code)
    expect(desk.locator(".notice--success")).to_contain_text("所需力量均已派出")
    desk.keyboard.press("u")
    form = desk.locator(f"form[action$='/{number}/ask']")
    form.locator("[name=what]").fill("破拆救人")
    form.locator("[value='fire-3302']").check()
    form.locator("button").click()
    expect(desk.locator("#joint")).to_contain_text("牵头")
    expect(desk.locator("#joint")).to_contain_text("宁波市消防救援支队")
    fire.goto(f"/calls/{number}")
    fire.locator("#joint form[action$='/accept'] button").click()
    expect(fire.locator("#joint")).to_contain_text("办理中")
    desk.reload()
    expect(desk.locator("#joint")).to_contain_text("办理中")
