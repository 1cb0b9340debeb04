"""What every test stands on: the database of the run, a browser if there is one, and the closing tables."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import databases
from tools import chromium

if databases.CHOICE == "none":
    databases.refuse_django()
    SERVER = None
else:
    SERVER = databases.provide()
    databases.set_up_django()


def pytest_unconfigure() -> None:
    """Stop the run's PostgreSQL, also after an interrupt."""
    if SERVER is not None:
        SERVER.stop()


def pytest_report_header() -> str:
    """Name the database at the top of the run."""
    return f"database: {databases.CHOICE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser journeys where there is no Chromium, and say how to get one."""
    if chromium.find() is not None:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=chromium.ADVICE))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of the Chromium to drive; skips the test where there is none."""
    found = chromium.find()
    if found is None:
        pytest.skip(chromium.ADVICE)
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests recorded under `table`, and note the counts where the suite asks for them."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, text in getattr(report, "user_properties", ()):
                if name == "table" and report.when == "call":
                    terminalreporter.write_line("")
                    terminalreporter.write_line(str(text))
    target = os.environ.get("ANNING_TEST_COUNTS")
    if target:
        counts = {name: len(reports) for name, reports in terminalreporter.stats.items() if name}
        Path(target).write_text(json.dumps(counts))


if databases.CHOICE != "none":

    @pytest.fixture(scope="session")
    def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
        """Let SQLite tests run on a file, as the product does: an in-memory database locks otherwise."""
        from django.db import connections

        for connection in connections.all():
            if connection.vendor == "sqlite" and not connection.settings_dict["TEST"].get("NAME"):
                name = Path(connection.settings_dict["NAME"])
                worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
                connection.settings_dict["TEST"]["NAME"] = str(name.with_name(f"test-{worker}.sqlite3"))
