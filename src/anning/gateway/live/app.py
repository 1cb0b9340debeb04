"""The ASGI application behind `/events`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from asgiref.sync import sync_to_async

from anning.gateway.live.pump import batches
from anning.gateway.live.watchers import RESET, Audience, Watcher, Watchers, encode
from anning.gateway.live.who import audience_of
from anning.kernel.work.selectors.live import events_after

PING_S = 15.0
RECHECK_S = 60.0
CATCH_UP = 500
PING = b"event: ping\ndata: \n\n"
log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Feed:
    """One process of the live feed: `GET /events` streams, `GET /events/health` says how many listen."""

    def __init__(self) -> None:
        self.watchers = Watchers()
        self._pump: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._pump = asyncio.create_task(self._run())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._pump:
                    self._pump.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _run(self) -> None:
        async for batch in batches():
            self.watchers.tell(batch)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"] == "/events/health":
            await _answer(send, 200, f"{len(self.watchers)} listening\n".encode())
            return
        origin = headers.get("origin", "")
        if scope["path"] != "/events" or not _same_host(origin, headers.get("host", "")):
            await _answer(send, 404, b"not found\n")
            return
        cookies = headers.get("cookie", "")
        audience = await sync_to_async(audience_of)(cookies)
        if audience is None:
            await _answer(send, 401, b"sign in first\n", origin)
            return
        await self._stream(audience, cookies, _last_id(scope, headers), origin, receive, send)

    async def _stream(
        self, audience: Audience, cookies: str, last: int, origin: str, receive: Receive, send: Send
    ) -> None:
        watcher = Watcher(audience)
        self.watchers.add(watcher)
        gone = asyncio.create_task(_until_gone(receive))
        gone.add_done_callback(lambda _: watcher.offer(b""))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _headers(origin)})
            await _send(send, b"retry: 1000\n\n" + PING)
            if last:
                await _send(send, await sync_to_async(_missed)(audience, last))
            await self._relay(watcher, cookies, gone, send)
        except OSError:
            log.debug("a browser left in the middle of a message")
        finally:
            gone.cancel()
            self.watchers.remove(watcher)

    async def _relay(self, watcher: Watcher, cookies: str, gone: asyncio.Task[None], send: Send) -> None:
        loop = asyncio.get_running_loop()
        checked = loop.time()
        while not gone.done():
            try:
                async with asyncio.timeout(PING_S):
                    chunk = await watcher.queue.get()
            except TimeoutError:
                chunk = PING
            if loop.time() - checked > RECHECK_S:
                checked = loop.time()
                if await sync_to_async(audience_of)(cookies) != watcher.audience:
                    break
            await _send(send, chunk)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _missed(audience: Audience, last: int) -> bytes:
    events = events_after(last, CATCH_UP + 1)
    return RESET if len(events) > CATCH_UP else encode(dict(audience), events)


def _same_host(origin: str, host: str) -> bool:
    """Whether the page comes from the host it asks; the port may differ, the name may not."""
    return not origin or urlsplit(origin).hostname == urlsplit(f"//{host}").hostname


def _last_id(scope: Scope, headers: dict[str, str]) -> int:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    given = headers.get("last-event-id") or (query.get("last_event_id") or [""])[0]
    return int(given) if given.isdigit() and len(given) < 19 else 0


def _headers(origin: str) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return headers + _cross_port(origin)


def _cross_port(origin: str) -> list[tuple[bytes, bytes]]:
    if not origin:
        return []
    allowed = [(b"access-control-allow-origin", origin.encode("latin-1"))]
    return [*allowed, (b"access-control-allow-credentials", b"true"), (b"vary", b"origin")]


async def _send(send: Send, chunk: bytes) -> None:
    if chunk:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _answer(send: Send, status: int, body: bytes, origin: str = "") -> None:
    headers = [(b"content-type", b"text/plain"), *_cross_port(origin)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
