"""Which database the tests run on, decided before Django's settings are read.

`ANNING_TEST_DATABASE` says `sqlite` (default: a file in a temporary folder), `postgres` (a server of this
run's own) or `none` (no Django at all: importing it fails, for the tests of engines and codecs).
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from tools.pg import Server

CHOICE = os.environ.get("ANNING_TEST_DATABASE", "sqlite")
SETTINGS = "anning.project.settings"
READY = "ANNING_TEST_READY"  # set by the first process of a run; workers find the address in place


class DjangoRefused:
    """An import hook under which Django does not exist."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse `django` and everything in it; leave other names to the next finder."""
        if name.partition(".")[0] == "django":
            raise ModuleNotFoundError(f"{name} is blocked: engines and codecs must work without Django", name=name)
        return None


def refuse_django() -> None:
    """Make every later import of Django fail in this process."""
    sys.meta_path.insert(0, DjangoRefused())


def folder() -> Path:
    """Make this run's temporary folder; it goes when the process ends."""
    path = tempfile.mkdtemp(prefix="anning-test-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


def provide() -> Server | None:
    """Put the address of this run's database into the environment; return the server if one was started.

    Raises:
        ValueError: `ANNING_TEST_DATABASE` names no known database.
    """
    if CHOICE not in ("sqlite", "postgres"):
        raise ValueError(f"ANNING_TEST_DATABASE={CHOICE!r}: use sqlite, postgres or none")
    if os.environ.get(READY):
        return None
    if "django.conf" in sys.modules and sys.modules["django.conf"].settings.configured:
        raise RuntimeError(
            "Django's settings were read before the tests chose a database: unset DJANGO_SETTINGS_MODULE"
        )
    data = folder()
    server = None
    if CHOICE == "postgres":
        server = Server()
        atexit.register(server.stop)
        address = server.url
    else:
        address = f"sqlite:///{data / 'anning.sqlite3'}"
    os.environ.update({"ANNING_DATABASE_URL": address, "ANNING_DATA_DIR": str(data), READY: CHOICE})
    return server


def set_up_django() -> None:
    """Load the settings and the app registry, so that test modules may import models.

    The folder of collected static files is there, as in an installation; it stays empty, for pages of tests name files
    as they lie.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django
    from django.conf import settings

    django.setup()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
