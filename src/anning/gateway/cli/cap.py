"""`anning cap …`: public warnings of other systems."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Public warnings in the Common Alerting Protocol 1.2.")


@app.command()
def read(
    source: Annotated[str, typer.Argument(help="A file, or an http(s) address.")],
    category: Annotated[
        str, typer.Option(help="Which of our categories it is; by the warning's own kind when not given.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON with the counts last.")] = False,
) -> None:
    """Take a warning of another system in as an incident; the same warning again changes nothing."""
    from django.utils import timezone

    from anning.gateway.interfaces.cap.services import reading
    from anning.gateway.interfaces.web import ask
    from anning.kernel.access.scope import SYSTEM
    from anning.wire.cap.codec import decode

    data = ask(source) if source.startswith(("http://", "https://")) else Path(source).read_bytes()
    done = reading.take_in(SYSTEM, decode(data), category, timezone.now())
    if done.item is None:
        typer.echo(f"left out: {done.ignored}")
    else:
        how = "opened or joined by" if done.fresh else "known already from"
        typer.echo(f"{done.item.number} is {how} this warning")
    if as_json:
        known = done.item is not None and not done.fresh
        counts = {"read": 1, "added": int(done.fresh), "known": int(known), "ignored": int(done.item is None)}
        typer.echo(json.dumps(counts))


@app.callback()
def cap() -> None:
    """Public warnings in the Common Alerting Protocol 1.2."""
