"""The `anning` command: one file per group of commands."""

import os
import sys
from importlib import import_module

import typer

from anning.gateway.cli.faults import explain

GROUPS = {
    "importing": "import",
    "city": "city",
    "calls": "calls",
    "dispatch": "dispatch",
    "posts": "posts",
    "network": "network",
    "open311": "open311",
    "cap": "cap",
    "audit": "audit",
    "users": "users",
}
"""Files whose commands stand below a word of their own."""
PLAIN = ("database", "server", "backup", "people", "openapi")
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
    """Run the command line: a fault is one clear line and exit code 1; `--debug` shows the whole story instead."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.project.settings")
    debug = "--debug" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--debug"]
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("anning: stopped\n")
        raise SystemExit(130) from None
    except Exception as error:
        if debug or not _told(error):
            raise
        sys.stderr.write(f"anning: {explain(error)}\n")
        raise SystemExit(1) from error


def _run() -> None:
    if not {"--help", "-h"} & set(sys.argv[1:]) and len(sys.argv) > 1:
        import django

        django.setup()
    build()()


def _told(error: Exception) -> bool:
    """Whether an error's message is meant for whoever runs the command; any other is a fault of the platform."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error

    if isinstance(error, KeyError | IndexError):
        return False
    return isinstance(error, ValueError | LookupError | RuntimeError | OSError | Error | ImproperlyConfigured)


def _group(module: str) -> typer.Typer:
    found: typer.Typer = import_module(f"anning.gateway.cli.{module}").app
    return found
