"""A Chromium is found where there is one; without it the journeys are skipped and say how to get one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.static


def test_the_one_named_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "mine"
    program.touch()
    monkeypatch.setenv("ANNING_CHROMIUM", str(program))
    assert chromium.find() == str(program)
    program.unlink()
    assert chromium.find() is None, "a wrong path is not passed over in silence"


def test_one_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANNING_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MAC", tmp_path)
    assert chromium.find() is None
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert chromium.find() == str(program)


def test_journeys_are_skipped_with_advice(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_collection_modifyitems\n")
    (tmp_path / "test_journey.py").write_text(
        "import pytest\n\n@pytest.mark.browser\ndef test_journey():\n    raise AssertionError\n"
    )
    env = {**os.environ, "ANNING_CHROMIUM": str(tmp_path / "none"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-rs", "-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout
    assert "apt install chromium" in done.stdout.replace("\n", " ")
