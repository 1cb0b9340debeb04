"""Durable intake per second, beside the database's own commits and a bare two-row Django POST.

Run: `python -m benchmarks.intake [--databases sqlite,postgres] [--clients 16] [--seconds 10] [--json FILE]`.
All three run on the same database file or server, with every commit waited for on disk.
"""

import argparse
import json
import multiprocessing
import sqlite3
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import load
from benchmarks.ground import Ground, grounds, serving

TOKEN = """
from anning.kernel.org.models import *
from anning.kernel.org.services import make_token
user = User.objects.create_user("bench", title="bench")
agency = Agency.objects.order_by("pk").first()
Membership.objects.create(user=user, agency=agency, role="dispatcher", area_code="")
print(make_token(None, user, "benchmark"))
"""
CATEGORY = """
from anning.domains.calls.models import Category
print(Category.objects.filter(handled_by="police").order_by("-level", "code").first().code)
"""


def commits(ground: Ground, seconds: float) -> float:
    """Two-row commits a second by one connection straight to the database."""
    done, until = 0, time.perf_counter() + seconds
    if ground.name == "sqlite":
        base = sqlite3.connect(ground.url.removeprefix("sqlite:///"), isolation_level=None)
        base.execute("PRAGMA synchronous=FULL")
        begin, insert = "BEGIN IMMEDIATE", "INSERT INTO bare_commits VALUES (?, ?)"
    else:
        import psycopg

        base = psycopg.connect(ground.url, autocommit=True)  # type: ignore[assignment]
        begin, insert = "BEGIN", "INSERT INTO bare_commits VALUES (%s, %s)"
    base.execute("CREATE TABLE bare_commits (a INTEGER, b TEXT)")
    while time.perf_counter() < until:
        base.execute(begin)
        base.execute(insert, (done, "x" * 80))
        base.execute(insert, (done, "y" * 80))
        base.execute("COMMIT")
        done += 1
    base.close()
    return done / seconds


def intake_body(category: str) -> bytes:
    """A call as a partner's system sends it."""
    spread = uuid.uuid4().int
    return json.dumps(
        {
            "source_key": str(uuid.uuid4()),
            "category": category,
            "channel": "partner",
            "received_at": datetime.now(UTC).isoformat(),
            "narrative": "有人报警称路口两车相撞，一人受伤，占用左侧车道。",
            "address": "中山东路与江厦街路口",
            "lon": 121.40 + spread % 20000 / 1e5,
            "lat": 29.80 + spread // 20000 % 15000 / 1e5,
            "caller_phone": "00000000000",
        },
        ensure_ascii=False,
    ).encode()


def _load(port, clients, seconds, path, category, headers, pipe) -> None:  # noqa: ANN001  # run in a process of its own
    outcome = load.run(port, clients, seconds, lambda _: (path, intake_body(category)), headers)
    pipe.send(outcome.row())


def outside(port: int, clients: int, seconds: float, path: str, category: str, headers: str = "") -> dict[str, float]:
    """The row of a run of the load generator in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.Process(target=_load, args=(port, clients, seconds, path, category, headers, theirs))
    child.start()
    row: dict[str, float] = ours.recv()
    child.join()
    return row


def measure(ground: Ground, clients: int, seconds: float, rounds: int) -> list[dict[str, object]]:
    """Rows for one database; the bare POST and intake take turns, so that a drifting machine is fair to both."""
    token, category = ground.python(TOKEN).strip(), ground.python(CATEGORY).strip()
    rows: list[dict[str, object]] = [
        {"database": ground.name, "what": "bare commits, one connection", "per_second": commits(ground, 3.0)}
    ]
    sign_in = f"Authorization: Bearer {token}\r\n"
    with serving(ground) as port:
        outside(port, clients, 2.0, "/bare", category)
        outside(port, clients, 2.0, "/api/v1/calls/take", category, sign_in)
        for _ in range(rounds):
            for what, path, headers in (
                ("bare POST", "/bare", ""),
                ("intake", "/api/v1/calls/take", sign_in),
            ):
                row = outside(port, clients, seconds, path, category, headers)
                rows.append({"database": ground.name, "what": what, **row})
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with grounds(given.databases.split(",")) as made:
        rows = [row for ground in made for row in measure(ground, given.clients, given.seconds, given.rounds)]
    show(rows)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


def show(rows: list[dict[str, object]]) -> None:
    """Print the rows as a table."""
    table = Table("database", "what", "per second", "p50 ms", "p99 ms", "max ms", "failed")
    for row in rows:
        figures = [row.get(name) for name in ("per_second", "p50_ms", "p99_ms", "max_ms", "failed")]
        table.add_row(str(row["database"]), str(row["what"]), *("" if f is None else f"{f:,.1f}" for f in figures))
    Console().print(table)


if __name__ == "__main__":
    main()
