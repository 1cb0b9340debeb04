"""Queue, list, search and map with millions of calls in the database: server time per answer.

Run: `python -m benchmarks.scale [--calls 5000000] [--databases sqlite,postgres]`.
A year of made calls is written through the product's own services, then copied inside the database with shifted
times until there are enough; every copy is indexed for search as the original is. Beside the time by the clock stands
the processor time of the asking process, which other work on the machine does not stretch (with SQLite it holds the
database's work too).
"""

import argparse
import json
import sys
import time
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.ground import Ground, grounds

SEED_CALLS = 100_000
PROBES = (
    ("desk", "/calls/"),
    ("list", "/work/incident/"),
    ("list, open, priority 1", "/work/incident/?open=1&priority=1"),
    ("list, one district", "/work/incident/?area=330225"),
    ("list, a category", "/work/incident/?category=fire"),
    ("search, common words", "/work/incident/?q=追尾"),
    ("search, rare words", "/work/incident/?q=石浦镇+着火"),
    ("global search", "/search?q=溪口"),
    ("map, newest week", "/map/layers/incident.geojson?bbox=120.8,29.0,122.2,30.5&zoom=9&since={week}"),
    ("map, newest month", "/map/layers/incident.geojson?bbox=120.8,29.0,122.2,30.5&zoom=9&since={month}"),
    ("search, pinyin", "/search?q=shipu"),
    ("search, nothing found", "/search?q=哈利路亚波特"),
    ("units", "/calls/units/"),
    ("statistics", "/calls/statistics/"),
    ("newest incident", "/calls/{newest}"),
    ("an old incident", "/calls/{old}"),
    ("API, list", "/api/v1/work/incident"),
    ("API, search", "/api/v1/search?q=溪口"),
    ("map, streets today", "/map/layers/incident.geojson?bbox=121.5,29.84,121.6,29.9&zoom=14&since={day}"),
)
GROW = """
import sys
from django.db import connection
from django.db.models import Max
from anning.domains.calls.models import Call, Incident
from anning.kernel.work.models import Item
wanted = int(sys.argv[1])
sqlite = connection.vendor == "sqlite"
copies = wanted // Call.objects.count()
step = Item.objects.aggregate(m=Max("pk"))["m"]
calls = Call.objects.aggregate(m=Max("pk"))["m"]
def columns(model, **changed):
    names = [f.column for f in model._meta.concrete_fields]
    return ", ".join(names), ", ".join(changed.get(n, n) for n in names)
def later(column, minutes):
    if sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%S', {column}, '-{minutes} minutes')"
    return f"{column} - interval '{minutes} minutes'"
with connection.cursor() as cursor:
    for n in range(1, copies):
        minutes = n * 11
        times = {c: later(c, minutes) for c in ("opened_at", "state_at", "closed_at")}
        into, values = columns(Item, id=f"id + {n * step}", source_key="NULL", **times)
        cursor.execute(f"INSERT INTO work_item ({into}) SELECT {values} FROM work_item WHERE id <= {step}")
        into, values = columns(Incident, item_id=f"item_id + {n * step}")
        source = f"FROM calls_incident WHERE item_id <= {step}"
        cursor.execute(f"INSERT INTO calls_incident ({into}) SELECT {values} {source}")
        key = f"source_key || ':{n}'"
        moved = {"id": f"id + {n * calls}", "item_id": f"item_id + {n * step}"}
        into, values = columns(Call, source_key=key, contact_id="NULL", **moved)
        cursor.execute(f"INSERT INTO calls_call ({into}) SELECT {values} FROM calls_call WHERE id <= {calls}")
        if sqlite:
            source = f"SELECT rowid + {n * step}, terms FROM search_terms WHERE rowid <= {step}"
            cursor.execute(f"INSERT INTO search_terms (rowid, terms) {source}")
        else:
            source = f"SELECT item_id + {n * step}, terms FROM search_terms WHERE item_id <= {step}"
            cursor.execute(f"INSERT INTO search_terms {source}")
    cursor.execute("ANALYZE")
print(Call.objects.count())
"""
TIME = """
import json, sys, time
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.utils import timezone
from anning.kernel.org.models import User
from anning.kernel.work.models import Item
from anning.gateway import statics
settings.ALLOWED_HOSTS = ["*"]
statics.collect()
client = Client()
client.force_login(User.objects.get(username="chief01"), backend="django.contrib.auth.backends.ModelBackend")
now = timezone.localtime()
spans = (("day", 1), ("week", 7), ("month", 31))
named = {name: (now - timedelta(days=days)).strftime("%Y-%m-%d") for name, days in spans}
incidents = Item.objects.filter(kind="incident").order_by("-pk")
named |= {"newest": incidents[0].number, "old": incidents.filter(pk__lt=incidents[0].pk // 2)[0].number}
for what, path in json.loads(sys.argv[1]):
    waits, works = [], []
    for _ in range(12):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get(path.format(**named))
        body = b"".join(answer) if answer.streaming else answer.content
        waits.append(time.perf_counter() - began)
        works.append(time.process_time() - busy)
        assert answer.status_code == 200, (path, answer.status_code)
    print(json.dumps([what, len(body), waits[2:], works[2:]]))
"""


def measure(ground: Ground, wanted: int) -> list[dict[str, object]]:
    """Fill one database and time every probe on it."""
    began = time.monotonic()
    year = time.gmtime().tm_year
    first, last = f"{year - 1}-{time.strftime('%m-%d')}", time.strftime("%Y-%m-%d")
    scale = SEED_CALLS / 2_500_000
    ground.anning("city", "generate", "cities/ningbo", "--from", first, "--to", last, "--scale", str(scale))
    held = int(ground.python(GROW, str(wanted)).split()[-1])
    print(f"{ground.name}: {held:,} calls in {time.monotonic() - began:,.0f} s", file=sys.stderr)
    return times(ground)


def times(ground: Ground) -> list[dict[str, object]]:
    """Time every probe on a filled database."""
    rows: list[dict[str, object]] = []
    for line in ground.python(TIME, json.dumps(PROBES)).splitlines():
        what, size, waits, works = json.loads(line)
        row = {"p50_ms": 1000 * median(waits), "max_ms": 1000 * max(waits), "cpu_ms": 1000 * median(works)}
        rows.append({"database": ground.name, "what": what, "kB": size / 1000, **row})
    return rows


def show(rows: list[dict[str, object]]) -> None:
    """Print the rows as a table."""
    names = ("p50_ms", "max_ms", "cpu_ms", "kB")
    table = Table("database", "what", "p50 ms", "max ms", "processor ms", "kB")
    for row in rows:
        table.add_row(str(row["database"]), str(row["what"]), *(f"{row[name]:,.0f}" for name in names))
    Console().print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--calls", type=int, default=5_000_000)
    given = parser.parse_args()
    with grounds(given.databases.split(",")) as made:
        show([row for ground in made for row in measure(ground, given.calls)])


if __name__ == "__main__":
    main()
