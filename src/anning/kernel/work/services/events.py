"""Telling live pages, in the transaction of the change itself: what commits is told, what rolls back is not."""

from typing import Any

from django.db import connection
from django.utils import timezone

from anning.kernel.audit.rows import insert, run
from anning.kernel.work.models import Event, Item
from anning.kernel.work.selectors.items import involved, summary

CHANNEL = "anning_events"


def tell(item: Item, verb: str) -> None:
    """Write the event of a change to `item`."""
    agencies, units = involved(item) if item.version > 1 else ([], [])
    publish(f"work.{item.kind}", item.kind, item.area_code, {**summary(item), "verb": verb}, agencies, units)


def publish(topic: str, kind: str, area_code: str, body: dict[str, Any], agencies: list[int], units: list[int]) -> None:
    """Write an event for those whose scope on `kind` admits the area, agencies or units; no personal data in it."""
    event = Event(
        at=timezone.now(), topic=topic, kind=kind, area_code=area_code, agencies=agencies, units=units, body=body
    )
    insert(event, keyed=False)
    if connection.vendor == "postgresql":
        run("SELECT pg_notify(%s, currval(pg_get_serial_sequence('work_event', 'id'))::text)", [CHANNEL])
