"""`anning city …`: load a city folder, fill it with made calls, let calls arrive as if they rang now."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Cities are folders of data.")
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON with the counts last.")]
FOLDER = Annotated[Path, typer.Argument(help="The city's folder, as cities/ningbo.")]
SEED = Annotated[int, typer.Option(help="The same seed makes the same calls.")]


@app.command()
def load(folder: FOLDER, as_json: JSON = False) -> None:
    """Load a city folder into the database, and make up streets for it where no road network was built.

    Everything wrong with the folder is said at once, and then nothing is loaded.
    """
    from anning.gateway import cities

    counts = cities.load(cities.read(folder))
    cities.ensure_roads(folder, typer.echo)
    typer.echo(f"{folder} is loaded: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
    if as_json:
        typer.echo(json.dumps(counts))


@app.command()
def check(folder: FOLDER) -> None:
    """Read a city folder and say everything that is wrong with it; loads nothing."""
    from anning.gateway import cities

    city = cities.read(folder)
    typer.echo(
        f"{folder} can be loaded: {len(city.areas):,} areas, {len(city.units):,} units, {len(city.places):,} names"
    )


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="A log of calls of the city.")],
    to: Annotated[Path, typer.Option(help="The folder to write.")],
    name: Annotated[str, typer.Option(help="The city's name; that of the folder when not given.")] = "",
    mapping: Annotated[str, typer.Option(help="A ready mapping, or a TOML file; guessed when not given.")] = "",
    name_en: Annotated[str, typer.Option(help="Its English name; the same when not given.")] = "",
    code: Annotated[str, typer.Option(help="The city's code, four characters.")] = "9900",
    as_json: JSON = False,
) -> None:
    """Draft a city folder from a log: areas with approximate boundaries drawn from its calls, and its categories."""
    from anning.gateway import drafting
    from anning.kernel.importing import selectors

    chosen = selectors.mapping_for(selectors.importer("calls"), file, mapping)
    name = name or to.name
    counts = drafting.draft(file, chosen, to, code=code, name=name, name_en=name_en or name)
    typer.echo(f"{to} is drafted: " + ", ".join(f"{count:,} {what}" for what, count in counts.items()))
    typer.echo(f"See what may be bettered in it, then: anning city load {to}; anning import calls {file}")
    if as_json:
        typer.echo(json.dumps(counts))


@app.command()
def generate(
    folder: FOLDER,
    start: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")],
    scale: Annotated[float, typer.Option(help="1 is the city's own number of calls.")] = 1.0,
    seed: SEED = 1,
    as_json: JSON = False,
) -> None:
    """Write made calls and their incidents, with their whole past, for the days asked for."""
    from anning.gateway import cities, generating

    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if last < first:
        raise ValueError(f"the last day {last} lies before the first {first}")
    counts = generating.generate(cities.read(folder), first, last, scale=scale, seed=seed, say=typer.echo)
    typer.echo(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    if as_json:
        typer.echo(json.dumps(counts))


@app.command()
def live(
    folder: FOLDER,
    scale: Annotated[float, typer.Option(help="1 is the city's own number of calls.")] = 0.3,
    speed: Annotated[float, typer.Option(help="How many times faster than the clock days go by.")] = 1.0,
    seed: SEED = 1,
) -> None:
    """Let made calls ring now, and the made units work them when nobody else does, until Ctrl-C."""
    from anning.gateway import cities, living

    living.run(cities.read(folder), scale=scale, speed=speed, seed=seed)
