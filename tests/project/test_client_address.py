"""Whose tries to sign in are counted: the address the outermost trusted proxy was asked from, and no other."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from anning.project.config import Config
from anning.project.signin import client_address
from tests import factories

PROXY, HERE, THERE, LIE = "10.0.0.1", "203.0.113.7", "203.0.113.8", "198.51.100.9"
addresses = st.ip_addresses().map(str)


def seen(proxies: int, settings, forwarded: str | None, remote: str = PROXY) -> str | None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


def test_by_default_nothing_is_trusted() -> None:
    assert Config().trusted_proxies == 0


@pytest.mark.parametrize("forwarded", [None, "", HERE, f"{LIE}, {HERE}"])
def test_without_proxies_the_header_is_not_read(settings, forwarded: str | None) -> None:
    assert seen(0, settings, forwarded) == PROXY


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, HERE, HERE),
        (1, f"{LIE}, {HERE}", HERE),
        (1, f"{LIE},{LIE} , {HERE} ", HERE),
        (2, f"{HERE}, 10.0.0.2", HERE),
        (2, f"{LIE}, {HERE}, 10.0.0.2", HERE),
        (1, f"{HERE}:51234", HERE),
        (1, "[2001:db8::7]:443", "2001:db8::7"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, None, PROXY),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (1, f"{LIE}, unknown", PROXY),
        (2, HERE, HERE),
    ],
)
def test_the_address_the_outermost_proxy_was_asked_from(settings, proxies, forwarded, address) -> None:
    assert seen(proxies, settings, forwarded) == address


def test_a_socket_has_no_address(settings) -> None:
    assert seen(0, settings, None, remote="") is None
    assert seen(1, settings, HERE, remote="") == HERE


@drawing(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(addresses, st.text(max_size=12)), max_size=5), st.lists(addresses, min_size=1, max_size=4))
def test_whatever_a_client_sends_the_address_is_that_the_proxies_saw(settings, sent, passed: list[str]) -> None:
    """`passed`: the client's address and each proxy's, as the proxies add them; `sent`: what the client made up."""
    header = ",".join([*sent, *passed[:-1]])
    assert seen(len(passed) - 1, settings, header, remote=passed[-1]) == passed[0]


def test_guessing_from_one_place_closes_it_to_that_place_only(here, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    who = factories.user("supervisor")

    def tried(address: str, password: str, sent: str = "") -> int:
        headers = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": f"{sent}{address}"}
        return Client().post("/accounts/login/", {"login": who.username, "password": password}, **headers).status_code

    assert [tried(HERE, "wrong", f"198.51.100.{place}, ") for place in range(5)] == [200, 200, 200, 200, 429]
    assert set(AccessAttempt.objects.values_list("ip_address", flat=True)) == {HERE}
    assert tried(HERE, factories.PASSWORD, f"{THERE}, ") == 429
    assert tried(THERE, factories.PASSWORD) == 302
