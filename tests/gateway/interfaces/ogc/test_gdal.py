"""GDAL's OAPIF driver lists and reads the layers of a live server, each token its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from anning.kernel.audit.models import Entry
from anning.kernel.work.models import Item
from tests.gateway.interfaces.live import serving
from tests.together import trail_unlocked

SCRIPT = Path(__file__).with_name("reading.py")


@pytest.fixture
def address(transactional_db, counties):
    """What GDAL opens; what was committed is taken away afterwards."""
    with serving() as url:
        yield f"OAPIF:{url}/ogc"
    with trail_unlocked():
        Entry.objects.all().delete()


def gdal(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the reader."""
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def read(*words: str) -> Any:
    """What the reader printed."""
    done = gdal(*words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_has_the_driver() -> None:
    assert "r" in pyogrio.list_drivers()["OAPIF"]


def test_layers_are_listed_and_read_whole_across_pages(address, home) -> None:
    token = home.tokens["supervisor"]
    assert {"incident", "matter", "calls-incidents", "calls-units"} <= set(read(address, token))
    told = read(address, token, "incident", "2")
    ours = {item.number for item in Item.objects.filter(kind="incident", area_code__startswith=home.code)}
    assert set(told["columns"]["number"]) == ours
    assert (told["count"], told["geometry"]) == (len(ours), "Point")
    assert "CRS84" in told["crs"] or "4326" in told["crs"]


def test_a_box_is_asked_of_the_server(address, home) -> None:
    busy = home.items["busy"]
    box = f"{busy.lon - 0.0001},29.4,{busy.lon + 0.0001},29.6"
    told = read(address, home.tokens["supervisor"], "incident", "100", box)
    assert told["columns"]["number"] == [busy.number]


def test_each_token_reads_its_own_county(address, home, away) -> None:
    for county in (home, away):
        told = read(address, county.tokens["supervisor"], "calls-units")
        assert set(told["columns"]["title"]) == {county.unit.code, county.free.code}


def test_without_a_token_gdal_is_refused(address) -> None:
    done = gdal(address, "wrong")
    assert done.returncode != 0
    assert "401" in done.stderr
