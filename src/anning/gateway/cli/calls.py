"""`anning calls …`: work over a whole log of calls."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

app = typer.Typer(help="Work over a whole log of calls.")
DAY = Annotated[str, typer.Option(help="YYYY-MM-DD; the whole log when not given.")]


@app.command()
def propose(
    since: DAY = "", until: DAY = "", as_json: Annotated[bool, typer.Option("--json", help="Print JSON last.")] = False
) -> None:
    """Propose which incidents of the log may be one event; run again, it adds nothing."""
    from django.db.models import Max, Min

    from anning.domains.calls.services.proposals import propose_log
    from anning.kernel.work.models import Item, Link

    span = Item.objects.filter(kind="incident").aggregate(first=Min("opened_at"), last=Max("opened_at"))
    first = _day(since) or span["first"]
    last = _day(until) or span["last"]
    made = propose_log(first, last.replace(microsecond=999_999)) if first and last else 0
    total = Link.objects.filter(kind="same_event").count()
    typer.echo(f"{made:,} new proposals, {total:,} in all")
    if as_json:
        typer.echo(json.dumps({"proposed": made, "total": total}))


@app.callback()
def calls() -> None:
    """Work over a whole log of calls."""


def _day(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
