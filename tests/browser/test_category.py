"""The category at intake: a combobox worked by keyboard alone, in characters, pinyin and initials."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Axe, SignIn
from tests.faults.running import Running

pytestmark = pytest.mark.browser
THEFT = "crime.property.theft"


def category(page: Page, english: bool = False) -> Locator:
    """The combobox of a fresh intake form, focused."""
    page.goto("/calls/new")
    box = page.get_by_role("combobox", name="Category" if english else "类别", exact=False)
    box.focus()
    return box


def options(page: Page) -> Locator:
    return page.locator(".combo__list [role=option]")


def chosen(page: Page, code: str) -> None:
    expect(page.locator("#id_category")).to_have_value(code)


@pytest.mark.parametrize("typed", ["扒窃", "paqiedaoqie", "pqdq", "扒窃盗窃"])
def test_characters_pinyin_and_initials_find_it_and_enter_takes_the_first(signed_in: SignIn, typed: str) -> None:
    page = signed_in("call01")
    box = category(page)
    page.keyboard.type(typed)
    expect(options(page).first).to_contain_text("扒窃盗窃")
    expect(options(page).first).to_contain_text("刑事治安 · 侵犯财产")
    page.keyboard.press("Enter")
    chosen(page, THEFT)
    expect(box).to_have_value("扒窃盗窃")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.locator("[name=priority]:checked")).to_have_count(1)


def test_english_names_are_found_in_an_english_page(signed_in: SignIn) -> None:
    page = signed_in("call01", english=True)
    box = category(page, english=True)
    page.keyboard.type("domestic")
    page.keyboard.press("Enter")
    chosen(page, "crime.person.domestic")
    expect(box).not_to_have_value("")


def test_arrows_move_through_the_whole_list_and_escape_leaves_it(signed_in: SignIn) -> None:
    page = signed_in("call01")
    box = category(page)
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    many = page.locator("#id_category option[data-priority]").count()
    expect(options(page)).to_have_count(many)
    expect(box).to_have_attribute("aria-activedescendant", options(page).first.get_attribute("id") or "none")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(options(page).nth(many - 1)).to_have_attribute("aria-selected", "true")
    expect(options(page).nth(many - 1)).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    chosen(page, "")
    page.keyboard.press("ArrowUp")
    expect(options(page).nth(many - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    expect(options(page)).to_have_count(many)
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)


def test_enter_before_the_answer_takes_what_comes_and_sends_no_form(signed_in: SignIn) -> None:
    page = signed_in("call01")
    category(page)
    page.keyboard.type("nishui")
    page.keyboard.press("Enter")
    chosen(page, "help.water.drowning")
    expect(page.locator("#protocol-pane")).to_contain_text("人还在水里吗")
    assert page.url.endswith("/calls/new")


def test_what_is_no_category_is_not_sent_and_the_protocol_shows_its_choice(signed_in: SignIn) -> None:
    page = signed_in("call01")
    page.goto("/calls/new")
    page.keyboard.type("有人落水")
    box = page.get_by_role("combobox", name="类别")
    box.focus()
    page.keyboard.type("xxqqzz")
    expect(page.get_by_role("status").filter(has_text="没有")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    assert box.evaluate("box => box.validationMessage") == "请从列表中选择类别。"
    assert page.url.endswith("/calls/new")
    box.fill("tiaoshui")
    protocol_sets = "field => { field.value = 'help.water.drowning'; field.dispatchEvent(new Event('change')); }"
    page.locator("#id_category").evaluate(protocol_sets)
    expect(box).to_have_value("溺水")
    assert box.evaluate("box => box.validity.valid")


def test_without_scripts_the_select_remains(running: Running, signed_in: SignIn, browser: Browser) -> None:
    page = signed_in("call01")
    state = page.context.storage_state()
    bare = browser.new_context(
        base_url=f"http://127.0.0.1:{running.port}", java_script_enabled=False, storage_state=state, locale="zh-CN"
    )
    plain = bare.new_page()
    plain.goto("/calls/new")
    expect(plain.locator("#id_category")).to_be_visible()
    plain.fill("#id_narrative", "钱包被偷")
    plain.select_option("#id_category", THEFT)
    plain.fill("#id_lon", "121.541")
    plain.fill("#id_lat", "29.868")
    plain.click("#save")
    expect(plain.locator(".notice--success")).to_contain_text("JQ")
    bare.close()


@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, False), (True, True)])
def test_axe_finds_nothing_with_the_list_open(signed_in: SignIn, axe: Axe, dark: bool, phone: bool) -> None:
    page = signed_in("call01", dark=dark, phone=phone)
    category(page)
    assert axe(page) == []
    page.get_by_role("combobox", name="类别").focus()
    page.keyboard.type("dao")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert axe.again(page) == []
