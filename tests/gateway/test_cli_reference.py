"""The reference of commands names every command there is, and none that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from anning.gateway import cli

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def commands(group: Any, words: tuple[str, ...] = ("anning",)) -> Iterator[tuple[str, Any]]:
    """Every command below a group, with the words that call it."""
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from commands(found, (*words, name))
        else:
            yield " ".join((*words, name)), found


ALL = dict(commands(typer.main.get_command(cli.build())))


def test_the_reference_names_every_command_and_no_other() -> None:
    named = re.findall(r"^\| `(anning(?: [a-z0-9-]+)+)", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(ALL)


def test_every_command_says_what_it_does() -> None:
    assert {words: found for words, found in ALL.items() if not (found.help or "").strip().endswith(".")} == {}


def test_every_command_that_reads_a_file_prints_its_counts_as_json() -> None:
    for words in ("anning import calls", "anning city load", "anning city draft", "anning city generate"):
        assert "--json" in [option for parameter in ALL[words].params for option in parameter.opts], words
