"""Two districts, a kind of work that is only declared, and clients by role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from anning.kernel.places import selectors as places
from anning.kernel.places.models import City
from tests import factories, pages


@pytest.fixture(autouse=True)
def _light(settings) -> None:
    """Files as they lie, and quick passwords."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _declared() -> Iterator[None]:
    with pages.declared(pages.MODULE):
        yield


@pytest.fixture
def here(db) -> Iterator[City]:
    """The city of two districts."""
    yield factories.city()
    places.forget()


@pytest.fixture
def supervisor(here) -> Client:
    """Somebody who may do everything everywhere."""
    return pages.browser_of("supervisor")


@pytest.fixture
def neighbour(here) -> Client:
    """A supervisor of the other district only."""
    return pages.browser_of("supervisor", factories.AWAY)
