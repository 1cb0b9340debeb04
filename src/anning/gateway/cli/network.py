"""`anning network …`: build the road graph of a city, and ask it for a route."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="The road graph, and travel times over it.")
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON last.")]


@app.command()
def build(
    source: Annotated[Path, typer.Argument(help="A map (.pbf, .osm, .json), tables (.zip, folder), or a city folder.")],
    out: Annotated[Path, typer.Option(help="The folder to keep the graph in.")],
    seed: Annotated[int, typer.Option(help="Of streets made up for a city folder.")] = 1,
    as_json: JSON = False,
) -> None:
    """Build the road graph of a map, of tables or of a city folder; the same source again changes nothing."""
    from anning.gateway import networks

    packed, made = networks.build(source, out, seed=seed, say=lambda text: typer.echo(text, err=True))
    facts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in packed.facts.items())
    typer.echo(f"{out} holds the road graph of {source}{'' if made else ' already'}: {facts}")
    if as_json:
        typer.echo(json.dumps({**packed.facts, "made": made, "source_sha256": packed.source}))


@app.command()
def route(
    folder: Annotated[Path, typer.Argument(help="A folder that holds a road graph.")],
    start: Annotated[str, typer.Option("--from", help="Where it begins, LON,LAT in degrees.")],
    end: Annotated[str, typer.Option("--to", help="Where it ends, LON,LAT in degrees.")],
    who: Annotated[str, typer.Option(help="siren, normal or foot.")] = "siren",
    factors: Annotated[Path | None, typer.Option(help="A file of factors by hour and class of road.")] = None,
    hour: Annotated[int | None, typer.Option(help="Hour of the week, 0 is Monday midnight; needs --factors.")] = None,
    as_json: JSON = False,
) -> None:
    """Say how long it takes from one position to another, and along which streets; no way at all is exit code 1."""
    from anning.gateway import networks

    packed = networks.open_network(folder)
    weights = networks.weights_at(packed, who, factors, hour)
    found = networks.route_between(packed, networks.position(start), networks.position(end), who, weights)
    typer.echo(_told(found))
    if as_json:
        typer.echo(json.dumps(found))
    if found["seconds"] is None:
        raise typer.Exit(1)


def _told(found: dict[str, Any]) -> str:
    ends = "; ".join(f"{name}: {_snapped(found[name])}" for name in ("from", "to"))
    if found["seconds"] is None:
        return f"there is no way for {found['who']}: {found['why']} ({ends})"
    minutes, seconds = divmod(round(found["seconds"]), 60)
    return f"{minutes} min {seconds:02} s, {found['length_m'] / 1000:.2f} km for {found['who']} ({ends})"


def _snapped(place: dict[str, Any]) -> str:
    """How a position lies to its street."""
    if place["distance_m"] is None:
        return "nowhere near a street"
    return f"{place['distance_m']} m from its street, {place['confidence']}"
