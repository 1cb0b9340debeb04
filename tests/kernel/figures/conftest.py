"""Snapshots in a folder of each test's own, and work of the past in two districts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anning.kernel.access.scope import SYSTEM
from anning.kernel.contract import registry
from anning.kernel.work.models import Item
from anning.kernel.work.services.bulk import Step, insert_many
from tests.factories import HOME, city


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def town(db) -> None:
    city()


Past = Callable[..., list[Item]]


@pytest.fixture
def past(town) -> Past:
    """Make closed incidents opened at given moments, reached after `after_s` seconds where that is given."""

    def make(
        *moments: datetime,
        category: str = "order.fight",
        area: str = f"{HOME}001",
        after_s: float | None = None,
        priority: int = 2,
    ) -> list[Item]:
        items, steps = [], []
        for at in moments:
            closed = at + timedelta(hours=2)
            items.append(
                Item(
                    kind="incident",
                    state="closed",
                    priority=priority,
                    title="一件警情",
                    category=category,
                    area_code=area,
                    opened_at=at,
                    state_at=closed,
                    closed_at=closed,
                )
            )
            moves = [Step("open", "new", at)]
            if after_s is not None:
                moves.append(Step("assigned", "assigned", at + timedelta(seconds=60)))
                moves.append(Step("arrive", "on_scene", at + timedelta(seconds=after_s)))
            steps.append([*moves, Step("close", "closed", closed)])
        return insert_many(SYSTEM, registry.kind("incident"), items, steps, max(moments))

    return make
