"""Queue, list, search and map with millions of calls in the database: server time per answer.

Run: `python -m benchmarks.scale [--calls 5000000] [--databases sqlite,postgres]`.
A year of made calls is written through the product's own services, then copied inside the database with shifted
times and places until there are enough; every copy is indexed for search as the original is.
"""

import argparse
import json
import sys
import time

from benchmarks.ground import Ground, grounds
from benchmarks.intake import show

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
from anning.gateway import statics
settings.ALLOWED_HOSTS = ["*"]
statics.collect()
client = Client()
client.force_login(User.objects.get(username="chief01"), backend="django.contrib.auth.backends.ModelBackend")
now = timezone.localtime()
spans = (("day", 1), ("week", 7), ("month", 31))
ago = {name: (now - timedelta(days=days)).strftime("%Y-%m-%d") for name, days in spans}
for what, path in json.loads(sys.argv[1]):
    waits = []
    for _ in range(12):
        began = time.perf_counter()
        answer = client.get(path.format(**ago))
        body = b"".join(answer) if answer.streaming else answer.content
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code)
    print(json.dumps([what, len(body), waits[2:]]))
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
    rows: list[dict[str, object]] = []
    for line in ground.python(TIME, json.dumps(PROBES)).splitlines():
        what, _size, waits = json.loads(line)
        ordered = sorted(1000 * wait for wait in waits)
        row = {
            "per_second": 1000 * len(ordered) / sum(ordered),
            "p50_ms": ordered[len(ordered) // 2],
            "max_ms": ordered[-1],
        }
        rows.append({"database": ground.name, "what": what, "p99_ms": ordered[-1], "failed": 0, **row})
    return rows


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
