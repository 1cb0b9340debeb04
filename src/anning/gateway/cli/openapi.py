"""`anning openapi FILE`: the API's document."""

import json
from pathlib import Path

import typer

app = typer.Typer()


@app.command()
def openapi(file: Path) -> None:
    """Write the OpenAPI document of this installation."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    api = import_string(settings.API)
    file.write_text(
        json.dumps(api.get_openapi_schema(), default=str, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    typer.echo(f"{file} written")
