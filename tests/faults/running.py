"""A real server over a database of its own, to be killed, starved and cut off."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools.pg import Server

ROOT = Path(__file__).resolve().parents[2]
READY_S = 180.0
PREPARE = """
import django; django.setup()
from anning.domains.calls.models import Category
from anning.kernel.org.models import Agency, Membership, User
from anning.kernel.org.services import make_token
Category.objects.create(code="theft", name="盗窃", name_en="theft", level=1, priority=2, handled_by="police")
agency = Agency.objects.create(code="police", name="公安", kind="police")
user = User.objects.create_user("d1", title="d1")
Membership.objects.create(user=user, agency=agency, role="dispatcher", area_code="")
print(make_token(None, user, "test"))
"""


@dataclass
class Running:
    """One installation: its environment, its server while it runs, and a token to speak to it."""

    url: str
    data: Path
    extra: dict[str, str] = field(default_factory=dict)
    token: str = ""
    category: str = "theft"
    port: int = 0
    child: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        own = {
            "ANNING_DATABASE_URL": self.url,
            "ANNING_DATA_DIR": str(self.data),
            "ANNING_LOG_LEVEL": "ERROR",
        }
        settings = {"DJANGO_SETTINGS_MODULE": "anning.project.settings"}
        return {**os.environ, **settings, **own, **self.extra}

    def prepare(self) -> None:
        """Migrate, make one category and one dispatcher with a token."""
        self.anning("migrate")
        self.token = self.python(PREPARE).strip().splitlines()[-1]

    def anning(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run an `anning` command."""
        command = [sys.executable, "-m", "anning.gateway.cli", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done

    def python(self, code: str) -> str:
        """Run Python on this installation and return what it printed."""
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, workers: int = 1, *, live: bool = False) -> None:
        """Start `anning serve`, with its live feed if asked, and wait until it answers."""
        self.port = self.port or free_port()
        words = ["serve", "--port", str(self.port), "--workers", str(workers), *([] if live else ["--no-live"])]
        command = [sys.executable, "-m", "anning.gateway.cli", *words]
        self.child = subprocess.Popen(command, env=self.environment, cwd=ROOT)
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/static/none", timeout=5)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not answer on {self.port} within {READY_S} s")

    def kill(self) -> None:
        """Kill the supervisor and everything it started, at once and without warning."""
        assert self.child is not None
        for pid in [*descendants(self.child.pid), self.child.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.child.wait(10)

    def stop(self) -> None:
        """End the server in order."""
        if self.child and self.child.poll() is None:
            self.child.terminate()
            self.child.wait(30)

    def take(self, key: str, timeout: float = 30.0, **more: object) -> tuple[int, dict[str, object]]:
        """Submit one call; returns the status and the answer. Raises OSError when there is none."""
        at = datetime.now(UTC).isoformat()
        body = {"source_key": key, "category": self.category, "received_at": at, "narrative": key, **more}
        return self.post("/api/v1/calls/take", body, timeout)

    def post(self, path: str, body: dict[str, object], timeout: float = 30.0) -> tuple[int, dict[str, object]]:
        """Send JSON with the token; returns the status and the answer."""
        return self._ask(path, json.dumps(body).encode(), timeout)

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        """Ask with the token; returns the status and the answer."""
        return self._ask(path, None, 30.0)

    def _ask(self, path: str, data: bytes | None, timeout: float) -> tuple[int, dict[str, object]]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def kept_keys(self) -> list[str]:
        """The idempotency keys of all calls kept."""
        code = "import django; django.setup()\nfrom anning.domains.calls.models import Call\n"
        return self.python(code + "print('\\n'.join(Call.objects.values_list('source_key', flat=True)))").split()


def descendants(pid: int) -> list[int]:
    """All processes below `pid`, deepest first."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in table.splitlines()]
    below = [child for child, parent in parents if parent == pid]
    return [deeper for child in below for deeper in descendants(child)] + below


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_key() -> str:
    """A fresh idempotency key."""
    return str(uuid.uuid4())


def postgres(folder: Path) -> tuple[Server, Running]:
    """A durable PostgreSQL of its own and an installation on it."""
    server = Server(durable=True)
    return server, Running(server.url, folder)
