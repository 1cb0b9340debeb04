"""The `anning` command: one file per group of commands."""

import os
import sys
from importlib import import_module

import typer

GROUPS = {"importing": "import", "city": "city", "calls": "calls", "audit": "audit", "users": "users"}
"""Files whose commands stand below a word of their own."""
PLAIN = ("database", "server", "backup", "people")
"""Files whose commands stand at the top."""


def build() -> typer.Typer:
    """The whole command, assembled from the files of this package."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
    for module, word in GROUPS.items():
        app.add_typer(_group(module), name=word)
    for module in PLAIN:
        for command in _group(module).registered_commands:
            app.registered_commands.append(command)
    return app


def main() -> None:
    """Run the command line; a fault is one clear line and exit code 1, with `ANNING_DEBUG` the whole story."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.project.settings")
    if not {"--help", "-h"} & set(sys.argv[1:]) and len(sys.argv) > 1:
        import django

        django.setup()
    try:
        build()()
    except (ValueError, LookupError, RuntimeError, OSError) as error:
        _fail(error)
    except Exception as error:
        from django.db import Error

        if not isinstance(error, Error):
            raise
        _fail(error)


def _group(module: str) -> typer.Typer:
    found: typer.Typer = import_module(f"anning.gateway.cli.{module}").app
    return found


def _fail(error: Exception) -> None:
    if os.environ.get("ANNING_DEBUG", "").lower() in ("1", "true"):
        raise error
    sys.stderr.write(f"anning: {error}\n")
    raise SystemExit(1) from error
