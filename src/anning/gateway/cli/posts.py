"""`anning posts …`: where to put posts; over files, without the database."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from anning.gateway.cli.files import Folder, named, one_line, quiet, text_of

app = typer.Typer(help="Where to put posts, over files (docs/reference/dispatch-files.md).")


class Model(StrEnum):
    """What makes a placement good."""

    P_MEDIAN = "p-median"
    MCLP = "mclp"
    MEXCLP = "mexclp"
    BACKUP = "backup"


@app.command()
def solve(
    source: Annotated[
        Path | None, typer.Argument(help="A pmed instance, a travel matrix, or with --layout elaspy a folder.")
    ] = None,
    model: Annotated[Model, typer.Option(help="What makes a placement good.")] = Model.P_MEDIAN,
    layout: Annotated[str, typer.Option(help="pmed, matrix or elaspy; guessed when not given.")] = "",
    sites: Annotated[Path | None, typer.Option(help="A table of sites; all nodes without one.")] = None,
    demand: Annotated[
        Path | None, typer.Option(help="A table of places with weights; all nodes alike without.")
    ] = None,
    weight: Annotated[str, typer.Option(help="The column of weights.")] = "",
    from_site: Annotated[bool, typer.Option(help="Travel is from site (row) to place (column), not back.")] = False,
    posts: Annotated[int, typer.Option("--posts", "--p", "-p", help="How many; a pmed file says itself.")] = 0,
    within: Annotated[
        float, typer.Option("--within", "--minutes", help="Covering: the limit, in the unit of the matrix.")
    ] = 0.0,
    busy: Annotated[float, typer.Option(help="mexclp: share of time a unit is busy.")] = 0.0,
    first: Annotated[float, typer.Option(help="backup: worth of the first cover, 0.5 to 1.")] = 0.7,
    most_per_site: Annotated[int, typer.Option(help="Posts a site may hold; mexclp: all, otherwise 1.")] = 0,
    time_limit_s: Annotated[float, typer.Option(help="For the proof.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the search; the same seed, the same placement.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A file for the placement: site, posts.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON with the results last.")] = False,
) -> None:
    """Place posts and say how good the placement surely is: value, bound and gap."""
    from anning.gateway import placing

    if source is None:
        raise typer.BadParameter("name a pmed file, a travel matrix or a folder", param_hint="SOURCE")
    asked = placing.Asked(model.value, posts, within, busy, first, most_per_site, time_limit_s, seed)
    if layout == "elaspy" or source.is_dir():
        ground = placing.elaspy(Folder(source), weight, from_site, named(sites))
    else:
        ground = placing.ground(
            (str(source), text_of(source)), layout, named(sites), named(demand), weight, from_site=from_site
        )
    with quiet():
        found = placing.solve(ground, asked)
    if out:
        out.write_text(placing.table(found), encoding="utf-8")
    for line in placing.lines(found):
        typer.echo(line)
    if as_json:
        typer.echo(one_line(found))
