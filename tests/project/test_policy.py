"""Where the live feed is, and what the content security policy opens for it and for an outside map."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from anning.project.config import Config
from anning.project.live import events_url, origin
from tests import pages


def policy(response) -> dict[str, list[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts}


def test_by_default_everything_is_on_the_same_origin(here) -> None:
    found = policy(Client().get("/accounts/login/"))
    assert found["default-src"] == found["connect-src"] == found["form-action"] == ["'self'"]
    assert found["object-src"] == found["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in str(found)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("localhost:8000", "http://localhost:8001/events"),
        ("127.0.0.1", "http://127.0.0.1:8001/events"),
        ("[::1]:8000", "http://[::1]:8001/events"),
    ],
)
def test_a_port_is_on_the_host_asked(settings, host: str, url: str) -> None:
    settings.EVENTS_PORT = 8001
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    request = RequestFactory(HTTP_HOST=host).get("/")
    assert events_url(request) == url


def test_the_policy_names_exactly_the_feeds_origin(here, settings) -> None:
    settings.EVENTS_PORT = 8001
    settings.ALLOWED_HOSTS = ["localhost"]
    response = Client(HTTP_HOST="localhost:8000").get("/accounts/login/")
    assert policy(response)["connect-src"] == ["'self'", "http://localhost:8001"]


def test_a_host_not_answered_to_opens_nothing(here, settings) -> None:
    settings.EVENTS_PORT = 8001
    settings.ALLOWED_HOSTS = ["localhost"]
    response = Client(HTTP_HOST="evil.example").get("/accounts/login/")
    assert response.status_code == 400
    assert policy(response)["connect-src"] == ["'self'"]


def test_an_address_set_is_used_as_it_is(supervisor, settings) -> None:
    settings.EVENTS_URL, settings.EVENTS_PORT = "https://live.example/events", 8001
    response = supervisor.get("/alerts")
    assert 'content="https://live.example/events"' in response.content.decode()
    assert policy(response)["connect-src"] == ["'self'", "https://live.example"]


def test_error_pages_are_under_the_policy_too(here) -> None:
    assert "Content-Security-Policy" in Client().get("/nosuch")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/events", ""),
        ("", ""),
        ("https://live.example/events", "https://live.example"),
        ("http://h:81/x", "http://h:81"),
    ],
)
def test_only_an_absolute_address_has_an_origin(url: str, found: str) -> None:
    assert origin(url) == found


@pytest.mark.parametrize(
    ("style", "named", "opened"),
    [
        ("", "", []),
        ("https://tiles.example/style.json", "", ["https://tiles.example"]),
        (
            "https://tiles.example/style.json",
            "https://a.example, https://b.example",
            ["https://tiles.example", "https://a.example", "https://b.example"],
        ),
        ("/static/own.json", "", []),
    ],
)
def test_an_outside_map_opens_its_own_origins(style: str, named: str, opened: list[str]) -> None:
    config = Config(map_style_url=style, map_origins=named)
    assert config.map_sources == opened


def test_no_page_asks_for_anything_outside(here) -> None:
    client = pages.browser_of("supervisor")
    for path in ("/alerts", "/map/", "/work/well/", "/duty"):
        text = client.get(path).content.decode()
        outside = text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in outside
        assert "http://" not in outside.replace("http://testserver", "")
