"""A small load generator: so many clients over kept-open connections, each sending its next request on the answer.

It runs in a process of its own and speaks HTTP/1.1 over plain sockets, so that it costs the machine little.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Request = tuple[str, bytes]
"""Path and JSON body."""


@dataclass
class Outcome:
    """What a run of the generator saw: seconds to each answer, answers by status, and faults."""

    seconds: float = 0.0
    waits_s: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def row(self) -> dict[str, float]:
        """Rate and percentiles, in requests a second and milliseconds."""
        waits = np.array(self.waits_s) * 1000
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        p50, p99, worst = np.percentile(waits, [50, 99, 100]) if len(waits) else (np.nan,) * 3
        return {
            "per_second": good / self.seconds,
            "p50_ms": float(p50),
            "p99_ms": float(p99),
            "max_ms": float(worst),
            "failed": sum(self.statuses.values()) - good + len(self.faults),
        }


def run(port: int, clients: int, seconds: float, make: Callable[[int], Request], headers: str = "") -> Outcome:
    """Send what `make(i)` gives from `clients` connections for `seconds`."""
    return asyncio.run(_run(port, clients, seconds, make, headers))


async def _run(port: int, clients: int, seconds: float, make: Callable[[int], Request], headers: str) -> Outcome:
    outcome = Outcome()
    start = time.perf_counter()
    numbers = iter(range(10**9))
    await asyncio.gather(*(_client(port, start + seconds, numbers, make, headers, outcome) for _ in range(clients)))
    outcome.seconds = time.perf_counter() - start
    return outcome


async def _client(port, until, numbers, make, headers, outcome: Outcome) -> None:  # noqa: ANN001  # see run()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < until:
            path, body = make(next(numbers))
            sent = time.perf_counter()
            writer.write(_encode(path, body, headers))
            status = await asyncio.wait_for(_answer(reader), 30)
            outcome.waits_s.append(time.perf_counter() - sent)
            outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        outcome.faults.append(repr(error))
    finally:
        writer.close()


def _encode(path: str, body: bytes, headers: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if fields.get("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(fields.get("content-length", 0)))
    return int(lines[0].split()[1])
