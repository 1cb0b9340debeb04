"""Noticing commits: PostgreSQL tells by NOTIFY, SQLite by its data version.

Both yield batches of events in the order of their ids as far as known; with PostgreSQL a lower id may commit
after a higher one, and is then in a later batch.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

import psycopg
from asgiref.sync import sync_to_async
from django.db import Error, connection

from anning.kernel.work.selectors.live import LiveEvent, events_after, events_with, newest_event
from anning.kernel.work.services.events import CHANNEL

POLL_S = 0.1
GATHER_S = 0.05
RETRY_S = 2.0
log = logging.getLogger(__name__)


async def batches() -> AsyncIterator[list[LiveEvent]]:
    """Batches of new events for ever; survives a lost database and then goes on where it was."""
    last = await _first()
    while True:
        source = _notified(last) if connection.vendor == "postgresql" else _polled(last)
        try:
            async for batch in source:
                last = max(last, batch[-1].pk)
                yield batch
        except (Error, psycopg.Error, OSError) as error:
            log.warning("live feed lost the database, trying again in %s s: %s", RETRY_S, error)
            await sync_to_async(connection.close)()
            await asyncio.sleep(RETRY_S)


async def _first() -> int:
    return await sync_to_async(newest_event)()


async def _polled(last: int) -> AsyncIterator[list[LiveEvent]]:
    version = -1
    while True:
        seen = await sync_to_async(_data_version)()
        if seen != version:
            version = seen
            while batch := await sync_to_async(events_after)(last):
                last = batch[-1].pk
                yield batch
        await asyncio.sleep(POLL_S)


def _data_version() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA data_version").fetchone()[0])


async def _notified(last: int) -> AsyncIterator[list[LiveEvent]]:
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    async with await psycopg.AsyncConnection.connect(**settings, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        while batch := await sync_to_async(events_after)(last):
            last = batch[-1].pk
            yield batch
        waiting: list[int] = []
        while True:
            async for note in listener.notifies(timeout=GATHER_S if waiting else None):
                waiting.append(int(note.payload))
                if len(waiting) >= 500:
                    break
            if waiting:
                batch, waiting = await sync_to_async(events_with)(waiting), []
                if batch:
                    yield batch
