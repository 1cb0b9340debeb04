"""The ground benchmarks stand on: a fresh durable database, the city in it, and the real server over it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.serving import free_port, wait_until_up

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Ground:
    """One database under test: what it is called, its address, and the environment that points at it."""

    name: str
    url: str
    environment: dict[str, str]

    def anning(self, *words: str) -> str:
        """Run an `anning` command on this database and return what it printed."""
        command = [sys.executable, "-m", "anning.gateway.cli", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed: {done.stderr}")
        return done.stdout

    def python(self, code: str, *words: str) -> str:
        """Run a piece of Python with Django set up on this database and return what it printed."""
        prelude = "import django; django.setup()\n"
        command = [sys.executable, "-c", prelude + code, *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


@contextmanager
def grounds(names: list[str], city: str = "cities/ningbo") -> Iterator[list[Ground]]:
    """Fresh databases of the kinds named (`sqlite`, `postgres`), durable, migrated, the city loaded."""
    from tools.pg import Server, database

    with tempfile.TemporaryDirectory(prefix="anning-bench-") as folder:
        made = []
        server = Server(durable=True) if "postgres" in names else None
        try:
            for name in names:
                if name == "sqlite":
                    made.append(_prepare(name, f"sqlite:///{folder}/bench.sqlite3", Path(folder) / name, city))
                else:
                    assert server is not None
                    context = database(server, "bench")
                    made.append(_prepare(name, context.__enter__(), Path(folder) / name, city))
            yield made
        finally:
            if server:
                server.stop()


def _prepare(name: str, url: str, data: Path, city: str) -> Ground:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "ANNING_DATABASE_URL": url,
        "ANNING_DATA_DIR": str(data),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "ANNING_LOG_LEVEL": "WARNING",
    }
    ground = Ground(name, url, environment)
    ground.anning("migrate")
    if city:
        ground.anning("city", "load", city)
    ground.python("from django.core.management import call_command as c; c('migrate', run_syncdb=True, verbosity=0)")
    return ground


@contextmanager
def serving(ground: Ground, workers: int = 2, live: bool = False) -> Iterator[int]:
    """The real server over `ground`, as `anning serve` starts it; yields the port of the pages."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "anning.gateway.cli",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    command += [] if live else ["--no-live"]
    child = subprocess.Popen(command, env=ground.environment, cwd=ROOT, start_new_session=True)
    try:
        wait_until_up(port)
        yield port
    finally:
        child.terminate()
        child.wait(30)
