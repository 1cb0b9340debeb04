"""Killed in the middle of an import: what was committed stays, and the same file again brings exactly the rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.running import ROOT, Running

pytestmark = pytest.mark.fault
ROWS = 12_000
TWINS = 40
"""Rows alike in every column: each is a call."""
FIRST = """
import django; django.setup()
import time
from anning.domains.calls.models import Call
until = time.monotonic() + 60
while time.monotonic() < until and not Call.objects.exists():
    time.sleep(0.01)
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from anning.domains.calls.models import Call
from anning.kernel.importing.models import Run
from anning.kernel.work.models import Change, Item
print(Call.objects.count(), Item.objects.count(), Change.objects.values("item").distinct().count(),
      Item.objects.annotate(n=Count("calls")).exclude(n=1).count(), *Run.objects.values_list("state", flat=True))
"""


def log(path: Path) -> Path:
    start = datetime(2017, 1, 1)
    moments = [start + timedelta(minutes=number) for number in range(ROWS - TWINS)]
    lines = [
        f"40.{number % 9000:04d},-75.{number % 7000:04d},EMS: FALL VICTIM,{at},TOWN,ADDRESS"
        for number, at in enumerate(moments)
    ]
    lines += [lines[0]] * TWINS
    path.write_text("\n".join(lines) + "\n")
    return path


def counted(running: Running) -> tuple[int, list[str]]:
    """How many calls there are, each with one item and a timeline, and how the runs ended."""
    calls, items, timelines, unmatched, *states = running.python(COUNT).split()
    assert calls == items == timelines
    assert unmatched == "0"
    return int(calls), states


def test_an_import_killed_in_the_middle_is_made_whole_by_the_same_file(running: Running, tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv")
    command = [sys.executable, "-m", "anning.gateway.cli", "import", "calls", str(path), "--mapping", "montgomery_911"]
    child = subprocess.Popen(command, env=running.environment, cwd=ROOT)
    running.python(FIRST)
    child.send_signal(signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL, "the import ended before it could be killed"
    before, states = counted(running)
    assert 0 < before < ROWS
    assert states == ["running"]

    done = running.anning("import", "calls", str(path), "--json")
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "read": ROWS,
        "imported": ROWS - before,
        "duplicates": before,
        "rejected": 0,
    }
    assert counted(running) == (ROWS, ["failed", "done"])
    assert running.anning("audit", "verify").returncode == 0
    again = running.anning("import", "calls", str(path), "--json")
    assert json.loads(again.stdout.splitlines()[-1])["duplicates"] == ROWS
