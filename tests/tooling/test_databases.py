"""The choice of the tests' database, made before Django reads its settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import databases

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.static


def python(code: str, choice: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process of its own with `ANNING_TEST_DATABASE` set."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ANNING_", "DJANGO_"))}
    env["ANNING_TEST_DATABASE"] = choice
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)


def test_django_is_refused_where_none_is_chosen() -> None:
    code = "from tests import databases; databases.refuse_django(); import numpy; import django.db"
    done = python(code, "none")
    assert done.returncode == 1
    assert "django is blocked: engines and codecs must work without Django" in done.stderr


def test_a_file_is_chosen_and_removed() -> None:
    code = """
import os
from tests import databases
assert databases.provide() is None
print(os.environ["ANNING_DATABASE_URL"], os.environ["ANNING_DATA_DIR"])
"""
    address, folder = python(code, "sqlite").stdout.split()
    assert address == f"sqlite:///{folder}/anning.sqlite3"
    assert not Path(folder).exists()


def test_workers_share_the_address_that_is_in_place() -> None:
    code = """
import os
from tests import databases
databases.provide()
first = os.environ["ANNING_DATABASE_URL"]
databases.provide()
assert os.environ["ANNING_DATABASE_URL"] == first
"""
    assert python(code, "sqlite").returncode == 0


def test_an_unknown_choice_is_refused() -> None:
    done = python("from tests import databases; databases.provide()", "oracle")
    assert "ANNING_TEST_DATABASE='oracle': use sqlite, postgres or none" in done.stderr


def test_settings_read_too_early_are_noticed() -> None:
    code = "from django.conf import settings; settings.configure(); from tests import databases; databases.provide()"
    assert "unset DJANGO_SETTINGS_MODULE" in python(code, "sqlite").stderr


def test_this_run_is_on_the_database_it_says() -> None:
    from django.db import connection

    expected = {"sqlite": "sqlite", "postgres": "postgresql"}[databases.CHOICE]
    assert connection.vendor == expected
