"""`anning dispatch …`: replay a log with a roster, recommend units; over files, without the database."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from anning.gateway.cli.files import Folder, named, one_line, quiet

app = typer.Typer(help="Replay logs and recommend units, over files (docs/reference/dispatch-files.md).")
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON with the results last.")]


class Layout(StrEnum):
    """How the files of a folder are laid out."""

    ANNING = "anning"
    ELASPY = "elaspy"


class Queue(StrEnum):
    """Which waiting call is next."""

    FIRST_COME = "first-come"
    BY_PRIORITY = "by-priority"
    LOST = "lost"


class Homeward(StrEnum):
    """Where a unit driving home counts as being."""

    INTERPOLATED = "interpolated"
    AT_BASE = "at-base"


@app.command()
def replay(
    folder: Annotated[Path, typer.Argument(help="The folder with calls, units, nodes and travel.")],
    layout: Annotated[Layout, typer.Option(help="How its files are laid out.")] = Layout.ANNING,
    run: Annotated[str, typer.Option(help="elaspy: which run of the folder, as diesel_3.")] = "",
    roster: Annotated[Path | None, typer.Option(help="elaspy: a file with columns Ambulance and Base.")] = None,
    queue: Annotated[Queue, typer.Option(help="Which waiting call is next.")] = Queue.FIRST_COME,
    homeward: Annotated[Homeward, typer.Option(help="Where units driving home count.")] = Homeward.INTERPOLATED,
    homeward_speed: Annotated[
        float | None, typer.Option(help="Speed home over that to a call; 1, or 0.95 for elaspy.")
    ] = None,
    turn_out_s: Annotated[float, typer.Option(help="Seconds before a unit at its base drives.")] = 0.0,
    reserve: Annotated[int, typer.Option(help="Free units kept back from less urgent calls.")] = 0,
    reserve_for: Annotated[int, typer.Option(help="The least urgent priority that may use the reserve.")] = 1,
    target_s: Annotated[list[float] | None, typer.Option(help="A target in seconds; may be given again.")] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for answers.csv and units.csv.")] = None,
    as_json: JSON = False,
) -> None:
    """Play a log of calls through a roster and say who would have gone and how long it would have taken."""
    from anning.gateway import replaying

    policy = replaying.policy(queue.value, homeward.value, turn_out_s, reserve, reserve_for)
    files = Folder(folder)
    case = (
        replaying.elaspy(files, run, named(roster), homeward_speed)
        if layout is Layout.ELASPY
        else replaying.anning(files, homeward_speed)
    )
    report = replaying.play(case, policy, tuple(target_s or ()))
    if out:
        replaying.write(report, out)
    for line in replaying.lines(report):
        typer.echo(line)
    if as_json:
        typer.echo(one_line(replaying.summary(report)))


@app.command()
def recommend(
    units: Annotated[Path, typer.Argument(help="A table of units.")],
    needs: Annotated[
        list[str] | None,
        typer.Option(help="Capabilities of a unit wanted, in one word or several; may be given again."),
    ] = None,
    travel: Annotated[Path | None, typer.Option(help="A travel matrix; without one the table has travel_s.")] = None,
    at: Annotated[str, typer.Option(help="The incident's node in the matrix.")] = "",
    minutes: Annotated[bool, typer.Option(help="The matrix is in minutes, not in seconds.")] = False,
    limit_s: Annotated[float, typer.Option(help="Latest arrival.")] = float("inf"),
    oldest_s: Annotated[float, typer.Option(help="Greatest age of a position.")] = float("inf"),
    wait_s: Annotated[float, typer.Option(help="Count busy units free within so many seconds.")] = 0.0,
    shift_margin_s: Annotated[float, typer.Option(help="So much of the shift must be left on arrival.")] = 0.0,
    cover_price_s: Annotated[float, typer.Option(help="Seconds that stripping an area of all cover counts.")] = 60.0,
    as_json: JSON = False,
) -> None:
    """Say who should go, with every term, and why each other unit was passed over."""
    from anning.engines.dispatch.recommend import Rule
    from anning.gateway import recommending
    from anning.wire.dispatch.units import read_scene

    rule = Rule(limit_s, oldest_s, wait_s, shift_margin_s, cover_price_s)
    table = named(units)
    assert table is not None  # a path was given
    scene = read_scene(table, needs or [], matrix=named(travel), at=at, unit_s=60.0 if minutes else 1.0)
    with quiet():
        answer = recommending.answer(scene, rule)
    for line in recommending.lines(answer):
        typer.echo(line)
    if as_json:
        typer.echo(one_line(answer))
