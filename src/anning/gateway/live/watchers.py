"""Who listens, and handing each of them what exists for them; one encoding for all who see the same."""

import asyncio
import json
from dataclasses import dataclass, field

from anning.kernel.access.scope import Scope
from anning.kernel.work.selectors.live import LiveEvent, admits

BACKLOG = 256
"""Batches a slow browser may fall behind before it is told to load anew."""

Audience = frozenset[tuple[str, Scope]]
RESET = b'event: message\ndata: {"topic":"reset"}\n\n'


@dataclass(eq=False)
class Watcher:
    """One open page: what exists for it, and what it has still to be sent."""

    audience: Audience
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def offer(self, chunk: bytes) -> None:
        """Queue a chunk; a page too far behind loses its backlog and is told to load anew."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            chunk = RESET
        self.queue.put_nowait(chunk)


class Watchers:
    """All open pages of this process, grouped by what exists for them."""

    def __init__(self) -> None:
        self._by_audience: dict[Audience, set[Watcher]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_audience.values()))

    def add(self, watcher: Watcher) -> None:
        """Begin telling `watcher`."""
        self._by_audience.setdefault(watcher.audience, set()).add(watcher)

    def remove(self, watcher: Watcher) -> None:
        """Stop telling `watcher`."""
        group = self._by_audience.get(watcher.audience, set())
        group.discard(watcher)
        if not group:
            self._by_audience.pop(watcher.audience, None)

    def tell(self, events: list[LiveEvent]) -> None:
        """Hand a batch to everybody, encoded once per audience."""
        for audience, group in self._by_audience.items():
            chunk = encode(dict(audience), events)
            if chunk:
                for watcher in group:
                    watcher.offer(chunk)


def encode(scopes: dict[str, Scope], events: list[LiveEvent]) -> bytes:
    """The server-sent event holding those of `events` that `scopes` admit; empty when there are none."""
    messages = [event.message() for event in events if admits(scopes, event)]
    if not messages:
        return b""
    text = json.dumps(messages, ensure_ascii=False, separators=(",", ":"))
    return f"id: {events[-1].pk}\ndata: {text}\n\n".encode()
