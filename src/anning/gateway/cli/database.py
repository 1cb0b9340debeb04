"""`anning migrate` and `anning check`."""

import typer

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database `ANNING_DATABASE_URL` names to this version's schema."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    typer.echo("The database is up to date.")


@app.command()
def check() -> None:
    """Check settings and models."""
    from django.core.management import call_command

    call_command("check")
