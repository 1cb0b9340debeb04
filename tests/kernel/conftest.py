"""A database in which kernel tests commit, for what only shows between transactions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.together import trail_unlocked


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Let the test commit; the trail, which refuses deletion, is emptied afterwards."""
    yield
    with trail_unlocked(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")
