"""The browser modules that bootstrap copies are the builds that the pages expect."""

from __future__ import annotations

import re

import pytest

from tools import bootstrap

pytestmark = pytest.mark.static


def text(name: str) -> str:
    return (bootstrap.VENDOR / name).read_text("utf-8")


@pytest.mark.parametrize("name", sorted(bootstrap.VENDOR_FILES))
def test_file_is_there(name: str) -> None:
    assert (bootstrap.VENDOR / name).stat().st_size > 100


@pytest.mark.parametrize("name", ["maplibre-gl.mjs", "echarts.esm.min.mjs"])
def test_modules_export_and_stand_alone(name: str) -> None:
    code = text(name)
    assert re.search(r"export\s*{[^}]{100,}", code), "not an ES module"
    assert re.search(r"""(?:^|[;}\n])\s*import\s*(?:[\w*{][^;"'`]{0,2000}?from\s*)?["']""", code) is None


def test_maplibre_lets_the_page_name_its_worker() -> None:
    exported = text("maplibre-gl.mjs").rpartition("export{")[2]
    assert {"setWorkerUrl", "Map", "NavigationControl", "Popup"} <= set(re.findall(r"\bas (\w+)", exported))
    assert text("maplibre-gl-worker.mjs").count("onmessage") + text("maplibre-gl-worker.mjs").count("addEventListener")


def test_htmx_is_the_second_line_of_releases() -> None:
    assert re.search(r"""version:["']2\.""", text("htmx.min.js"))


def test_styles_ask_for_nothing_outside() -> None:
    assert re.findall(r"""url\(\s*["']?(?!["']|data:)[^)]*""", text("maplibre-gl.css")) == []
