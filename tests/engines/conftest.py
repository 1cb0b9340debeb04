"""What the engines' tests share: the published data sets beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines import published


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data sets; skips the test where it is not beside the checkout."""
    if not published.FOLDER.is_dir():
        pytest.skip(published.ABSENT)
    return published.FOLDER
