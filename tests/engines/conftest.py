"""What the engines' tests share: the published data sets beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.engines import published

settings.register_profile("engines", deadline=None)  # a shared machine stalls; slowness is for the benchmarks
settings.load_profile("engines")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data sets; skips the test where it is not beside the checkout."""
    if not published.FOLDER.is_dir():
        pytest.skip(published.ABSENT)
    return published.FOLDER
