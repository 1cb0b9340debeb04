"""Run the whole test suite in its four parts and close with the sum of their counts.

The parts: engines and codecs with Django blocked; everything else on SQLite; the same on PostgreSQL; the
browser journeys once. A part that fails does not keep the next from running.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PURE = ["tests/engines", "tests/wire"]
NOT_PURE = [f"--ignore={folder}" for folder in PURE]
NO_TESTS = 5  # pytest's exit code when nothing was collected


def parts(workers: str) -> list[tuple[str, str, list[str]]]:
    """Return each part's title, database and pytest arguments; a folder that is not there is left out."""
    pure = [folder for folder in PURE if (ROOT / folder).is_dir()]
    spread = ["-n", workers]
    return [
        ("engines and codecs, without Django", "none", ["-p", "no:django", *spread, *pure]),
        ("on SQLite", "sqlite", [*spread, *NOT_PURE, "-m", "not browser"]),
        ("on PostgreSQL", "postgres", [*spread, *NOT_PURE, "-m", "not browser and not static"]),
        ("browser journeys", "sqlite", [*spread, *NOT_PURE, "-m", "browser"]),
    ]


def perform(title: str, database: str, arguments: list[str]) -> tuple[int, Counter[str]]:
    """Run one part, its output going to the terminal; return its exit code and its counts by outcome."""
    print(f"\n=== {title} ===", flush=True)
    with tempfile.TemporaryDirectory(prefix="anning-suite-") as folder:
        counts = Path(folder) / "counts.json"
        env = {**os.environ, "ANNING_TEST_DATABASE": database, "ANNING_TEST_COUNTS": str(counts)}
        code = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=env).returncode
        found = json.loads(counts.read_text()) if counts.is_file() else {}
    return code, Counter(found)


def main() -> int:
    """Run all parts; the last line printed is the sum, in the form `N passed, N failed, N skipped`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", default="auto", help="processes a part runs in (as pytest's -n)")
    workers = parser.parse_args().workers
    total: Counter[str] = Counter()
    lines: list[str] = []
    bad = False
    for title, database, arguments in parts(workers):
        started = time.monotonic()
        code, counts = perform(title, database, arguments)
        bad |= code not in (0, NO_TESTS)
        total += counts
        lines.append(f"  {'ok  ' if code in (0, NO_TESTS) else 'FAIL'} {title:38} {time.monotonic() - started:6.1f} s")
    print("\n" + "\n".join(lines))
    failed = total["failed"] + total["error"] + (1 if bad and not total["failed"] + total["error"] else 0)
    print(f"{total['passed']} passed, {failed} failed, {total['skipped']} skipped", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
