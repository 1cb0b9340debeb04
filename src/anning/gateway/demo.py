"""Getting a demonstration city ready: schema, city, recent weeks behind it, people on duty."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from anning.gateway import cities, generating
from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit.services import record
from anning.kernel.audit.transactions import writing
from anning.kernel.figures.period import Period
from anning.kernel.org.services.roster import crew_units
from anning.kernel.places.models import City as StoredCity
from anning.kernel.work.models import Item
from anning.wire.city import City
from anning.wire.city.records import UserRecord

PAST_DAYS = 92
"""Whole days behind a new city: the longest stretch the statistics offer by name, short of a year, and one to spare."""
SCALE = 0.05
console = Console()


def prepare(folder: Path) -> City:
    """Bring schema and city up to date; give an empty city its last three months, and those of the year before.

    Does only what is missing, so that a second start is quick.
    """
    if _behind():
        console.print("Bringing the database up to date …")
        call_command("migrate", verbosity=0)
    city = cities.read(folder)
    if not StoredCity.objects.exists():
        console.print(f"Loading {city.facts.name} {city.facts.name_en} …")
        cities.load(city)
    cities.ensure_roads(folder, console.print)
    if not Item.objects.exists():
        console.print("Writing the months behind it …")
        _past(city)
    with writing():
        units = crew_units(city)
        record(SYSTEM, "demo-duty", f"places.city:{city.facts.code}", {"units": units})
    return city


def announce(address: str, users: Sequence[UserRecord], password: str) -> None:
    """Print where the city is to be found and who may sign in."""
    table = Table("user", "post", "role", "area", title=f"password of all: {password}")
    for user in users:
        table.add_row(user.username, f"{user.title} · {user.title_en}", user.role, user.area_code or "·")
    console.print(table)
    console.print(f"Open [bold]{address}[/bold] and sign in, e.g. as desk01. Ctrl-C ends it.")


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _past(city: City) -> None:
    today = timezone.localdate()
    past = Period(today - timedelta(days=PAST_DAYS), today)
    for stretch in (past.year_before(), past):
        generating.generate(city, stretch.start, stretch.end, scale=SCALE, seed=1, say=console.print)
