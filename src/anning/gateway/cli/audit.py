"""`anning audit …`: verify the trail, and print what to keep elsewhere as its witness."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The audit trail.")
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON last.")]


@app.command()
def verify(
    witness: Annotated[Path | None, typer.Option(help="What `anning audit heads` printed earlier.")] = None,
    as_json: JSON = False,
) -> None:
    """Walk the whole trail and report every altered, missing or re-ordered entry; exit code 1 if there is any."""
    from anning.kernel.audit import selectors

    known = [tuple(json.loads(line)) for line in witness.read_text().splitlines()] if witness else None
    faults = list(selectors.verify(known))
    entries = sum(seq for _lane, seq, _code in selectors.heads())
    for fault in faults:
        typer.echo(f"lane {fault.lane}, entry {fault.seq}: {fault.what}", err=True)
    typer.echo(f"{entries:,} entries, {len(faults)} faults")
    if as_json:
        typer.echo(json.dumps({"entries": entries, "faults": len(faults)}))
    if faults:
        raise typer.Exit(1)


@app.command()
def heads() -> None:
    """Print each lane's length and newest code, a line each: keep them where this machine cannot write."""
    from anning.kernel.audit import selectors

    for head in selectors.heads():
        typer.echo(json.dumps(head))
