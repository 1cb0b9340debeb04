"""Two counties, and machines of each that hold a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.contracts import walking
from tests.contracts.walking import County

Machine = Callable[..., Any]


@pytest.fixture(autouse=True)
def _light(settings) -> None:
    """Any host, and static files named plainly."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages are compared in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def counties(db) -> Iterator[tuple[County, County]]:
    """Our own county and another one."""
    yield walking.two_counties()
    walking.forget()


@pytest.fixture
def home(counties) -> County:
    """Our own county."""
    return counties[0]


@pytest.fixture
def away(counties) -> County:
    """The other county."""
    return counties[1]


@pytest.fixture
def machine(home) -> Callable[[str], Client]:
    """A client with the token of our county's holder of a role."""
    return lambda role: Client(headers={"Authorization": f"Bearer {home.tokens[role]}", "Accept-Language": "en"})
