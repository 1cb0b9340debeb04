"""Run every static check side by side; print each one's verdict and time, and the output of those that fail."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STATIC = ["tests/contracts", "tests/tooling", "-m", "not django_db and not browser and not fault"]
CHECKS: dict[str, list[str]] = {  # the longest first, so that the short ones fill the second core
    "types": ["mypy"],
    "contracts": ["python", "-m", "pytest", "--no-header", *STATIC],
    "imports": ["lint-imports", "--no-cache"],
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
}


class Verdict(NamedTuple):
    """What one check came to: its name, exit code, time in seconds and output."""

    name: str
    code: int
    seconds: float
    output: str


def perform(name: str) -> Verdict:
    """Run the check `name` to its end."""
    program, *arguments = CHECKS[name]
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    return Verdict(name, done.returncode, time.monotonic() - started, done.stdout)


def main() -> int:
    """Run all checks, two at a time; return 1 if any failed."""
    started = time.monotonic()
    failed = 0
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for verdict in pool.map(perform, CHECKS):
            failed += verdict.code != 0
            print(f"{'ok  ' if verdict.code == 0 else 'FAIL'} {verdict.name:10} {verdict.seconds:5.1f} s", flush=True)
            if verdict.code or verdict.name == "contracts":
                print(verdict.output.rstrip(), flush=True)
    print(f"{len(CHECKS) - failed} checks passed, {failed} failed in {time.monotonic() - started:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
