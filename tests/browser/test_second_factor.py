"""A second factor from setting it up to being asked for it: a code from an app, and a key of the machine."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, SignIn
from tests.faults.running import Running

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def confirm(page: Page) -> None:
    """Give the password again, which pages that change how one signs in ask for."""
    page.wait_for_url("**/reauthenticate/**")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def fill_in(page: Page, username: str) -> None:
    """Sign in as far as the password."""
    page.goto("/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def test_a_code_from_an_app_is_asked_for_once_it_is_set_up(signed_in: SignIn, axe: Callable[[Page], list[str]]) -> None:
    page = signed_in("ems01", english=True)
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.input_value("#authenticator_secret")
    assert page.locator("main img, main svg").count() >= 1, "the code to be photographed"
    page.fill("[name=code]", code(secret))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/recovery-codes/**")
    codes = page.locator("textarea").input_value().split()
    assert len(set(codes)) == 10
    assert axe(page) == []

    page.context.clear_cookies()
    fill_in(page, "ems01")
    page.wait_for_url("**/2fa/authenticate/**")
    assert axe(page) == []
    page.goto("/calls/")
    assert "/accounts/" in page.url, "the password alone opens nothing"
    page.goto("/accounts/2fa/authenticate/")
    page.fill("[name=code]", codes[0])
    page.press("[name=code]", "Enter")
    page.wait_for_url(lambda address: "/accounts/" not in address)


def test_a_key_of_the_machine_signs_in_alone(running: Running, browser: Browser) -> None:
    """Keys are bound to a host name, which an address in numbers is not."""
    context = browser.new_context(base_url=f"http://localhost:{running.port}", locale="en-US")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    fill_in(page, "fire01")
    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.fill("[name=name]", "desk")
    page.locator("main [name=passwordless]").check()
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")

    page.goto("/accounts/logout/")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/login/**")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/accounts/" not in address)
    expect(page.locator("body")).to_contain_text("fire01")
    context.close()


def code(secret: str) -> str:
    """The six digits an authenticator app shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
