"""A small city that can be loaded and simulated; figures and caches of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from anning.domains.calls.selectors import board, catalogue, demand, durations, proposals, protocols
from anning.kernel.places import selectors as places
from anning.wire.city import City, read_folder
from tests.wire.city.folder import area, areas, files

CATEGORIES = """
[[category]]
code = "fire"
name = "火灾"
name_en = "Fire"
handled_by = "fire"
children = [{ code = "fire.home", name = "住宅火灾", name_en = "Home fire", priority = 1, protocol = "fire" }]
[[category]]
code = "life"
name = "民生"
name_en = "Livelihood"
handled_by = "livelihood"
children = [{ code = "life.noise", name = "噪声扰民", name_en = "Noise", priority = 4 }]
"""
RATES = f"""
yearly = 36500
hour = {[1] * 24}
weekday = {[1] * 7}
month = {[1] * 12}
[mix]
"fire.home" = {{ weight = 3, callers = 0.5, scene_s = 900 }}
"life.noise" = {{ weight = 1, callers = 0.0, scene_s = 900 }}
"""
GROUND = areas(area("3302", 1), area("330203", 2), area("330203001", 3), area("330203001001", 4))


def folder_files(**changed: str) -> dict[str, bytes]:
    """The small city's files, with texts replaced as `tests.wire.city.folder.files` does."""
    own = {"categories_toml": CATEGORIES, "rates_toml": RATES, "areas__all_geojson": GROUND}
    return files(**{**own, **changed})


def written(folder: Path, **changed: str) -> Path:
    """The small city as a folder on disk."""
    for name, data in folder_files(**changed).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def small_city() -> City:
    """The small city as read."""
    return read_folder(folder_files())


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    for cached in (places, board, catalogue, demand, durations, proposals, protocols):
        cached.forget()
