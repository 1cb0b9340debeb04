"""`anning serve`, `anning worker` and `anning demo`."""

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anning.gateway.supervisor import Process

app = typer.Typer()

HOST = Annotated[str, typer.Option(help="Address to listen on.")]
PORT = Annotated[int, typer.Option(help="Port of the pages; the live feed takes the next one.")]
WORKERS = Annotated[int, typer.Option(help="Processes for pages.")]


@app.command()
def serve(host: HOST = "127.0.0.1", port: PORT = 8000, workers: WORKERS = 2, live: bool = True) -> None:
    """Serve pages, API, live feed and worker until Ctrl-C."""
    from anning.gateway import statics, supervisor

    supervisor.check_free(host, port, *([port + 1] if live else []))
    statics.collect()
    supervisor.run(_processes(host, port, workers, live))


@app.command()
def worker() -> None:
    """Tell breaches, roll figures up and delete what has expired, until stopped."""
    from anning.gateway import worker as loop
    from anning.gateway.chores import chores, messengers

    ending: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: ending.append(received))
    waiting = threading.Thread(target=loop.run, args=(messengers(), lambda: bool(ending)), daemon=True)
    waiting.start()
    loop.run(chores(), lambda: bool(ending))


@app.command()
def demo(
    city: Annotated[Path, typer.Option(help="City folder to load into an empty database.")] = Path("cities/ningbo"),
    host: HOST = "127.0.0.1",
    port: PORT = 8000,
) -> None:
    """Prepare the database if needed, load the city, and serve it with calls arriving."""
    from anning.gateway import demo as living
    from anning.gateway import statics, supervisor

    supervisor.check_free(host, port, port + 1)
    loaded = living.prepare(city)
    statics.collect()
    living.announce(f"http://{host}:{port}/", loaded.users, loaded.password)
    play = supervisor.Process("calls arriving", supervisor.anning("city", "live", str(city)))
    supervisor.run([*_processes(host, port, 1, live=True), play])


def _processes(host: str, port: int, workers: int, live: bool) -> "list[Process]":
    from anning.gateway import supervisor

    found = [supervisor.pages(host, port, workers), supervisor.worker()]
    if live:
        os.environ.setdefault("ANNING_EVENTS_PORT", str(port + 1))
        found.append(supervisor.live_feed(host, port + 1))
    return found
