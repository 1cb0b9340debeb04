"""From commit to screen: hundreds of open desks while calls come in, and one real browser among them.

Run: `python -m benchmarks.desk [--watchers 500] [--rate 50] [--seconds 20] [--databases sqlite,postgres]`.
The clock starts when the server has answered a call-taker (so it is committed) and stops when a desk has the
message; for the browser, when the row stands in the page.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field

import numpy as np

from benchmarks.ground import Ground, grounds, serving
from benchmarks.intake import CATEGORY, TOKEN, intake_body, show
from tools import chromium

SESSION = """
from django.test import Client
from anning.kernel.org.models import User
client = Client()
client.force_login(User.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")
print(client.cookies["anning_session"].value)
"""
WATCH_ROWS = """() => {
  window.seen = {};
  new MutationObserver(() => {
    const now = Date.now() / 1000;
    for (const row of document.querySelectorAll("[data-number]")) window.seen[row.dataset.number] ??= now;
  }).observe(document.body, {childList: true, subtree: true});
}"""


@dataclass
class Seen:
    """When each call was committed (wall clock, s), and the waits of all desks that got it."""

    committed: dict[str, float] = field(default_factory=dict)
    arrived: list[tuple[str, float]] = field(default_factory=list)
    wakes: dict[str, float] = field(default_factory=dict)

    def waits_s(self) -> np.ndarray:
        """Seconds from commit to message, one entry per call and desk."""
        return np.array([at - self.committed[n] for n, at in self.arrived if n in self.committed])


async def _watch(port: int, cookie: str, seen: Seen, ready: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: anning_session={cookie}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    ready.release()
    while True:
        line = await reader.readline()
        if not line:
            return
        if line.startswith(b"data: ["):
            now = time.time()
            for message in json.loads(line[6:]):
                if message.get("verb") == "open":
                    seen.arrived.append((message["number"], now))


async def _call_in(port: int, token: str, category: str, rate: float, seconds: float, seen: Seen) -> None:
    sign_in = f"Authorization: Bearer {token}\r\n"
    start, sent, running = time.perf_counter(), 0, set()
    pool: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    while (now := time.perf_counter() - start) < seconds:
        while sent < now * rate:
            task = asyncio.create_task(_one_call(port, sign_in, category, pool, seen))
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        await asyncio.sleep(0.002)
    await asyncio.gather(*running)


async def _one_call(port, sign_in, category, pool, seen: Seen) -> None:  # noqa: ANN001  # see _call_in
    reader, writer = pool.pop() if pool else await asyncio.open_connection("127.0.0.1", port)
    body = intake_body(category)
    head = f"POST /api/v1/calls/take HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{sign_in}"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(answer.split("content-length: ")[1].split("\r\n")[0])
    data = json.loads(await reader.readexactly(length))
    seen.committed[data["number"]] = time.time()
    pool.append((reader, writer))


async def _run(port: int, cookie: str, token: str, category: str, given: argparse.Namespace) -> Seen:
    seen, ready = Seen(), asyncio.Semaphore(0)
    desks = [asyncio.create_task(_watch(port + 1, cookie, seen, ready)) for _ in range(given.watchers)]
    for _ in desks:
        await ready.acquire()
    page, close = await _browser(port, cookie) if chromium.find() else (None, None)
    await _call_in(port, token, category, given.rate, given.seconds, seen)
    await asyncio.sleep(2)
    if page and close:
        seen.wakes = await page.evaluate("() => window.seen")
        await close()
    for desk in desks:
        desk.cancel()
    return seen


async def _browser(port: int, cookie: str):  # noqa: ANN202  # a page and how to close it
    from playwright.async_api import async_playwright

    playing = await async_playwright().start()
    browser = await playing.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
    context = await browser.new_context()
    await context.add_cookies([{"name": "anning_session", "value": cookie, "url": f"http://127.0.0.1:{port}"}])
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/calls/")
    await page.evaluate(WATCH_ROWS)

    async def close() -> None:
        await browser.close()
        await playing.stop()

    return page, close


def measure(ground: Ground, given: argparse.Namespace) -> list[dict[str, object]]:
    """Rows for one database: all desks, and the browser."""
    token, category = ground.python(TOKEN).strip(), ground.python(CATEGORY).strip()
    cookie = ground.python(SESSION).strip()
    with serving(ground, workers=1, live=True) as port:
        seen = asyncio.run(_run(port, cookie, token, category, given))
    lost = len(seen.committed) * given.watchers - len(seen.arrived)
    what = f"{given.watchers} desks, {len(seen.committed) / given.seconds:.0f} calls/s"
    rows = [_row(ground, what, seen.waits_s(), len(seen.committed) / given.seconds, lost)]
    if seen.wakes:
        waits = np.array([at - seen.committed[n] for n, at in seen.wakes.items() if n in seen.committed])
        rows.append(_row(ground, "one browser, row on screen", waits, len(waits) / given.seconds, 0))
    return rows


def _row(ground: Ground, what: str, waits_s: np.ndarray, rate: float, lost: int) -> dict[str, object]:
    p50, p99, worst = np.percentile(waits_s * 1000, [50, 99, 100])
    return {
        "database": ground.name,
        "what": what,
        "per_second": rate,
        "p50_ms": p50,
        "p99_ms": p99,
        "max_ms": worst,
        "failed": lost,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--watchers", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    with grounds(given.databases.split(",")) as made:
        show([row for ground in made for row in measure(ground, given)])


if __name__ == "__main__":
    main()
