"""The whole suite's script: it counts what its parts counted and fails when one fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools import check, suite

pytestmark = pytest.mark.static


def run_main(monkeypatch: pytest.MonkeyPatch, results: list[tuple[int, Counter[str]]]) -> int:
    left = iter(results)
    monkeypatch.setattr(suite, "perform", lambda *part: next(left))
    monkeypatch.setattr(sys, "argv", ["suite"])
    return suite.main()


def test_the_last_line_is_the_sum(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    results = [(0, Counter(passed=3)), (0, Counter(passed=2, skipped=1)), (0, Counter(passed=2)), (5, Counter())]
    assert run_main(monkeypatch, results) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize(
    ("bad", "last"),
    [
        ((1, Counter(passed=1, failed=2)), "4 passed, 2 failed, 0 skipped"),
        ((1, Counter(passed=1, error=1)), "4 passed, 1 failed, 0 skipped"),
        ((3, Counter()), "3 passed, 1 failed, 0 skipped"),
    ],
)
def test_a_part_that_fails_fails_the_suite(monkeypatch, capsys, bad: tuple[int, Counter[str]], last: str) -> None:
    good = (0, Counter(passed=1))
    assert run_main(monkeypatch, [good, bad, good, good]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == last
    assert sum(line.startswith("  FAIL") for line in out) == 1


def test_both_databases_and_the_browser_have_their_part() -> None:
    assert [database for _title, database, _arguments in suite.parts("2")] == ["none", "sqlite", "postgres", "sqlite"]


def test_counts_reach_the_script(tmp_path: Path) -> None:
    """The root conftest notes what pytest counted, as the script expects it."""
    counts = tmp_path / "counts.json"
    test = "tests/tooling/test_suite.py::test_both_databases_and_the_browser_have_their_part"
    env = {**os.environ, "ANNING_TEST_COUNTS": str(counts)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", test], cwd=suite.ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert json.loads(counts.read_text())["passed"] == 1
    assert re.search(r"1 passed in", done.stdout)


def test_a_failed_check_shows_its_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = "import sys; print('said why'); sys.exit(2)"
    monkeypatch.setattr(check, "CHECKS", {"good": ["python", "-c", "print('quiet')"], "bad": ["python", "-c", code]})
    assert check.main() == 1
    out = capsys.readouterr().out
    assert "said why" in out
    assert "quiet" not in out
    assert "1 checks passed, 1 failed" in out
