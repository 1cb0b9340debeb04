"""For the walks: plain static files, quick passwords, and the two counties."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests import databases

if databases.CHOICE != "none":

    @pytest.fixture
    def plain(settings) -> None:
        """Pages name static files plainly: nothing is collected for a test run."""
        storages = {**settings.STORAGES}
        storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = storages
        settings.ALLOWED_HOSTS = ["*"]
        logging.getLogger("django.request").setLevel(logging.ERROR)  # a walk is refused hundreds of times

    @pytest.fixture
    def counties(db, plain) -> Iterator[tuple]:
        """Our own county and another one."""
        from tests.contracts import walking

        yield walking.two_counties()
        walking.forget()
