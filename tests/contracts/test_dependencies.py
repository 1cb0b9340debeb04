"""Every direct dependency stands on the decisions page with its reason and what was left aside."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "decisions" / "0002-dependencies.md"
ROW = re.compile(r"^\| ([\w.-]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)

pytestmark = pytest.mark.static


def asked_for() -> set[str]:
    """The names of every direct dependency, of Python and of the browser."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    texts = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    texts += [text for group in project["dependency-groups"].values() for text in group]
    package = json.loads((ROOT / "package.json").read_text())
    names = {re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0].lower() for text in texts}
    return names | set(package["dependencies"]) | set(package["devDependencies"])


def explained() -> list[str]:
    return [name for name, _why, _aside in ROW.findall(PAGE.read_text("utf-8")) if name not in ("package", "---")]


def test_each_is_explained_once_and_nothing_else_is() -> None:
    assert sorted(explained()) == sorted(asked_for())


def test_each_has_a_reason_and_an_alternative() -> None:
    short = [
        name
        for name, why, aside in ROW.findall(PAGE.read_text("utf-8"))
        if name not in ("package", "---") and (len(why.strip()) < 10 or len(aside.strip()) < 4)
    ]
    assert short == []


def test_decisions_are_numbered_and_listed() -> None:
    folder = PAGE.parent
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    index = (folder / "README.md").read_text("utf-8")
    for name in pages:
        text = (folder / name).read_text("utf-8")
        assert f"]({name})" in index
        assert text.startswith(f"# {name[:4]} ")
        assert "\nStatus: " in text
