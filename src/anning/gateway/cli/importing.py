"""`anning import …`: files of other systems into the city."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anning.kernel.importing.models import Run

app = typer.Typer(help="Bring files of other systems in.")


@app.command()
def calls(
    file: Annotated[Path, typer.Argument(help="The log; or the file of rejected rows an import left, mended.")],
    mapping: Annotated[str, typer.Option(help="A ready mapping, or a TOML file; guessed when not given.")] = "",
    rejects: Annotated[Path | None, typer.Option(help="Where to write the rows that could not be taken.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON with the counts last.")] = False,
) -> None:
    """Import a log of emergency calls (CSV, TSV, XLSX, Parquet); the same file again adds nothing."""
    from anning.domains.calls.selectors.catalogue import categories
    from anning.gateway.chores import catch_up
    from anning.kernel.access.scope import SYSTEM
    from anning.kernel.importing import selectors, services

    importer = selectors.importer("calls")
    chosen = selectors.mapping_for(importer, file, mapping)
    before = set(categories())
    with _bar(as_json) as show:
        run = services.run_import(SYSTEM, importer, file, chosen, progress=show)
    _keep_rejects(run, rejects or file.with_name(f"{file.stem}.rejects.csv"))
    fresh = [f"{code} ({one.name})" for code, one in categories().items() if code not in before]
    if fresh:
        typer.echo(f"{len(fresh):,} categories are new: {', '.join(fresh)}")
    catch_up()
    counts = services.counts_of(run)
    typer.echo(", ".join(f"{name} {count:,}" for name, count in counts.items()) + f" (mapping {chosen.code})")
    if as_json:
        typer.echo(json.dumps(counts))


def _keep_rejects(run: "Run", target: Path) -> None:
    from anning.kernel.access.scope import SYSTEM
    from anning.kernel.importing.rejects import write_rejects

    if not run.rejected:
        return
    with target.open("w", newline="", encoding="utf-8-sig") as stream:
        count = write_rejects(SYSTEM, run, stream)
    typer.echo(
        f"{count:,} rejected rows with their reasons are in {target}: mend them there and import that file", err=True
    )


class _bar:  # reads as a call
    """A progress bar with rate and time left on a terminal; nothing elsewhere."""

    def __init__(self, quiet: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        rate = TextColumn("{task.fields[rate]:,.0f}/s")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
        self.progress = Progress(*columns, disable=quiet or not sys.stderr.isatty(), transient=True)
        self.task = self.progress.add_task("importing", total=None, rate=0.0)

    def __enter__(self) -> "_bar":
        self.progress.start()
        return self

    def __call__(self, run: "Run") -> None:
        """Show how far `run` is."""
        elapsed = self.progress.tasks[0].elapsed or 1e-9
        self.progress.update(self.task, total=max(run.expected, run.read), completed=run.read, rate=run.read / elapsed)

    def __exit__(self, *_: object) -> None:
        self.progress.stop()
