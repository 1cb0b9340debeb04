"""`anning rotate-keys`, `anning purge` and `anning tick`: personal data and time limits."""

import json
from typing import Annotated

import typer

app = typer.Typer()
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON last.")]


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt every personal field anew with the newest key (put it first in ANNING_PERSONAL_KEYS before)."""
    from anning.kernel.people.services import rotate_keys as rotate

    typer.echo(f"{rotate():,} contacts are sealed with the newest key; the older keys may go.")


@app.command()
def purge(as_json: JSON = False) -> None:
    """Delete what is past its retention, with proof."""
    from anning.gateway.chores import purge_all

    gone = purge_all()
    for what, count in gone.items():
        typer.echo(f"{what}: {count:,} deleted")
    if as_json:
        typer.echo(json.dumps(gone))


@app.command()
def tick() -> None:
    """Tell every breach that is due, once (the worker does this each second)."""
    from anning.kernel.work.services.breaches import tick as tell

    typer.echo(f"{tell():,} breaches told")
