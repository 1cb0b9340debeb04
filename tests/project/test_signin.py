"""Signing in and out, failing to, being locked out; and what of the account package is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from anning.gateway.chores import purge_all
from anning.kernel.audit.models import Entry
from anning.kernel.org.models import User
from anning.kernel.org.services import record_sign_in
from anning.kernel.org.services.tries import drop_sessions
from anning.project.signin import StaffAccountAdapter, StaffSocialAdapter, typed_username
from tests import factories, pages

PASSWORD = "Sea-Wall-2026"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def who(here) -> User:
    return factories.user("supervisor")


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: object):
    return client.post(LOGIN, {"login": username, "password": password}, **more)


def trail() -> list[tuple[str, str, str]]:
    return list(
        Entry.objects.filter(action__startswith="sign-").order_by("id").values_list("action", "subject", "actor")
    )


def test_a_service_number_and_password_let_in(who) -> None:
    client = Client()
    response = sign_in(client, who.username)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/alerts").status_code == 200
    assert trail() == [("sign-in", f"org.user:{who.pk}", who.username)]


def test_one_is_led_back_to_where_one_was_going(who) -> None:
    client = Client()
    address = client.get("/work/well/?state=reported")["Location"]
    page = client.get(address)
    assert page.status_code == 200
    response = client.post(address, {"login": who.username, "password": PASSWORD, "next": "/work/well/?state=reported"})
    assert response["Location"] == "/work/well/?state=reported"


def test_nobody_is_led_to_another_site(who) -> None:
    response = Client().post(LOGIN, {"login": who.username, "password": PASSWORD, "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_signing_out_takes_a_post_and_ends_the_session(who) -> None:
    client = Client()
    sign_in(client, who.username)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/alerts").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/alerts").status_code == 302
    assert trail()[-1] == ("sign-out", f"org.user:{who.pk}", who.username)


@pytest.mark.parametrize(("username", "password"), [("right", "wrong"), ("nobody", PASSWORD), ("right", "")])
def test_a_wrong_sign_in_lets_nobody_in(who, username: str, password: str) -> None:
    client = Client()
    response = sign_in(client, who.username if username == "right" else username, password)
    assert response.status_code == 200
    assert 'name="password"' in response.content.decode()
    assert client.get("/alerts").status_code == 302


def test_a_failure_is_in_the_trail_by_user(who) -> None:
    sign_in(Client(), who.username, "wrong")
    assert trail() == [("sign-in-failed", f"org.user:{who.pk}", "system")]


def test_what_is_no_service_number_is_not_written_down(who) -> None:
    """People type their password into the first field."""
    sign_in(Client(), PASSWORD, "x")
    [(action, subject, _actor)] = trail()
    assert (action, subject) == ("sign-in-failed", "org.user:unknown")
    assert not any(PASSWORD in entry.body + entry.subject for entry in Entry.objects.all())


def test_unknown_and_known_numbers_are_told_the_same(who) -> None:
    known = sign_in(Client(), who.username, "wrong").context["form"].non_field_errors()
    unknown = sign_in(Client(), "nobody", "wrong").context["form"].non_field_errors()
    assert list(known) == list(unknown) != []


def test_somebody_inactive_is_not_let_in(who) -> None:
    User.objects.update(is_active=False)
    client = Client()
    assert client.get("/alerts").status_code == 302
    sign_in(client, who.username)
    assert client.get("/alerts").status_code == 302


def test_five_wrong_passwords_close_the_account_for_a_while(who) -> None:
    client = Client()
    answers = [sign_in(client, who.username, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    response = sign_in(client, who.username)
    assert response.status_code == 429
    assert "account/locked.html" in [template.name for template in response.templates]
    assert client.get("/alerts").status_code == 302
    assert ("sign-in-locked", f"org.user:{who.pk}", "system") in trail()


def test_a_number_written_otherwise_is_the_same_number(who) -> None:
    client = Client()
    shapes = [who.username, who.username.upper(), f" {who.username}", f"{who.username} ", who.username.title()]
    for shape in shapes:
        sign_in(client, shape, "wrong")
    assert sign_in(client, who.username).status_code == 429


def test_others_sign_in_meanwhile(who) -> None:
    client = Client()
    for _ in range(5):
        sign_in(client, who.username, "wrong")
    other = factories.user("dispatcher")
    assert sign_in(client, other.username).status_code == 302


def test_a_right_password_clears_the_count(who) -> None:
    client = Client()
    for _ in range(3):
        for _ in range(4):
            sign_in(client, who.username, "wrong")
        assert sign_in(client, who.username).status_code == 302
        client.post("/accounts/logout/")


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "inactive/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "login/code/confirm/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-abc/",
        "password/reset/key/done/",
        "3rdparty/signup/",
        "3rdparty/",
        "social/signup/",
        "social/connections/",
        "oidc/city/login/",
    ],
)
def test_what_the_platform_has_not_is_404(supervisor, path: str) -> None:
    for client in (Client(), supervisor):
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}").status_code == 404


def test_nobody_signs_up() -> None:
    request = RequestFactory().get("/")
    assert not StaffAccountAdapter().is_open_for_signup(request)
    assert not StaffSocialAdapter().is_open_for_signup(request, None)


@pytest.mark.parametrize("path", ["2fa/", "2fa/webauthn/", "password/change/", "logout/", "reauthenticate/"])
def test_the_account_pages_render_in_the_frame(supervisor, path: str) -> None:
    response = supervisor.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert 'id="content"' in response.content.decode()


@pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/"])
def test_a_second_factor_is_set_up_after_the_password(who, path: str) -> None:
    client = Client()
    sign_in(client, who.username)
    response = client.get(f"/accounts/2fa/{path}", follow=True)
    assert response.status_code == 200
    assert 'id="content"' in response.content.decode()


def test_totp_is_asked_for_once_set_up(who) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(who, secret)
    client = Client()
    response = sign_in(client, who.username)
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get(response["Location"]).status_code == 200
    assert client.get("/alerts").status_code == 302
    assert client.post(response["Location"], {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(response["Location"], {"code": code}).status_code == 302
    assert client.get("/alerts").status_code == 200


def test_a_password_is_changed_by_who_knows_it(who) -> None:
    client = Client()
    sign_in(client, who.username)
    data = {"oldpassword": PASSWORD, "password1": "New-Harbour-88", "password2": "New-Harbour-88"}
    assert client.post("/accounts/password/change/", {**data, "oldpassword": "wrong"}).status_code == 200
    assert client.post("/accounts/password/change/", data).status_code == 302
    assert sign_in(Client(), who.username, "New-Harbour-88").status_code == 302


@pytest.mark.parametrize(("language", "word"), [("en", "Sign in"), ("zh-hans", "登录")])
def test_the_language_is_switched_before_signing_in(here, language: str, word: str) -> None:
    client = Client()
    response = client.post("/language/", {"language": language, "next": LOGIN})
    assert response["Location"] == LOGIN
    assert word in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("credentials", "typed"),
    [
        ({"username": " A1 "}, "a1"),
        ({"login": "B2"}, "b2"),
        ({"username": None}, ""),
        (None, ""),
        ({"username": "x" * 400}, "x" * 255),
    ],
)
def test_failed_tries_are_counted_by_the_number_typed(credentials, typed: str) -> None:
    assert typed_username(None, credentials) == typed


def test_the_number_is_found_in_the_form_where_it_is_all_there_is() -> None:
    assert typed_username(RequestFactory().post("/", {"login": "C3"})) == "c3"
    assert typed_username(RequestFactory().post("/", {})) == ""


@pytest.mark.parametrize("username", ["", "x" * 300, "a\0b"])
def test_whatever_was_typed_the_trail_takes_it(db, username: str) -> None:
    record_sign_in(None, "sign-in-failed", username)
    assert trail() == [("sign-in-failed", "org.user:unknown", "system")]


def test_an_api_token_is_no_sign_in(who) -> None:
    from anning.kernel.org.services import make_token

    token = make_token(None, who, "test")
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    assert Client().get("/alerts", headers=headers).status_code == 302
    assert pages.browser(who).get("/api/v1/me", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert trail()[0][0] == "sign-in"  # the browser's own


def test_a_wrong_sign_in_is_gone_after_the_purge_of_all(here, settings) -> None:
    who = factories.user("supervisor")
    Client().post("/accounts/login/", {"login": who.username, "password": "wrong"})
    [held] = AccessAttempt.objects.all()
    assert held.ip_address == "127.0.0.1"
    assert factories.PASSWORD not in held.post_data
    assert "wrong" not in held.post_data
    assert purge_all(timezone.now())["axes.AccessAttempt"] == 0
    assert purge_all(timezone.now() + timedelta(days=settings.SIGN_IN_DAYS, seconds=1))["axes.AccessAttempt"] == 1
    assert not AccessAttempt.objects.exists()


def test_sessions_that_are_over_are_deleted_and_others_go_on(here, settings) -> None:
    browser = pages.browser(factories.user("supervisor"))
    assert drop_sessions() == 0
    assert browser.get("/alerts").status_code == 200
    assert drop_sessions(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)) == 1
    assert not Session.objects.exists()
