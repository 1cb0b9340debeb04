"""`anning backup` and `anning restore`."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON last.")]


@app.command()
def backup(path: Path, as_json: JSON = False, check: bool = False) -> None:
    """Write database and attachments to an archive; with --check, verify one instead."""
    from anning.gateway.backup import services

    facts = services.check(path) if check else services.backup(path)
    _say(path, "checked" if check else "written", facts, as_json)


@app.command()
def restore(path: Path, replace: bool = False, as_json: JSON = False) -> None:
    """Put an archive's database and attachments in place (stop the platform first)."""
    from anning.gateway.backup import services

    facts = services.restore(path, replace=replace)
    _say(path, "restored", facts, as_json)


def _say(path: Path, done: str, facts: dict[str, object], as_json: bool) -> None:
    typer.echo(f"{path} {done}: {facts['database']} of {facts['made_at']}, {facts['attachments']} attachments")
    if as_json:
        typer.echo(json.dumps({"file": str(path), "database": facts["database"], "attachments": facts["attachments"]}))
