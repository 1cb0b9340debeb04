"""`anning open311 …`: requests from and to a partner that speaks Open311 GeoReport v2."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anning.gateway.interfaces.open311.client import Endpoint

app = typer.Typer(help="Exchange service requests with a partner that speaks Open311 GeoReport v2.")
URL = Annotated[str, typer.Argument(help="The partner's address, as https://hotline.example/open311/v2")]
KEY = Annotated[str, typer.Option(envvar="ANNING_OPEN311_KEY", help="The key the partner gave us.")]
JURISDICTION = Annotated[str, typer.Option(help="The partner's jurisdiction_id, where it wants one.")]
FORM = Annotated[str, typer.Option(help="xml (every server has it) or json.")]
JSON = Annotated[bool, typer.Option("--json", help="Print one line of JSON with the counts last.")]


@app.command()
def pull(
    url: URL,
    since: Annotated[str, typer.Option(help="From this day on, YYYY-MM-DD; the last ninety days when not given.")] = "",
    categories: Annotated[
        Path | None, typer.Option(help="TOML file: the partner's service codes = our categories.")
    ] = None,
    key: KEY = "",
    jurisdiction: JURISDICTION = "",
    form: FORM = "xml",
    as_json: JSON = False,
) -> None:
    """Take a partner's requests in as calls; a request that is in already is left alone."""
    from django.utils import timezone

    from anning.gateway.interfaces.open311.services import exchanging as exchange
    from anning.kernel.access.scope import SYSTEM
    from anning.wire.open311.asked import LONGEST

    now = timezone.now()
    first = timezone.make_aware(datetime.fromisoformat(since)) if since else now - LONGEST
    known = _categories(categories) if categories else {}
    done = exchange.pull(SYSTEM, _endpoint(url, key, jurisdiction, form), first, now, known, _say)
    _tell(done.counts(), as_json)


@app.command()
def push(
    url: URL,
    agency: Annotated[str, typer.Option(help="Code of the agency whose matters the partner is to have.")],
    purpose: Annotated[
        str, typer.Option(help="Why the partner is told who called; goes to the audit trail. Empty: it is not told.")
    ] = "",
    key: KEY = "",
    jurisdiction: JURISDICTION = "",
    form: FORM = "xml",
    as_json: JSON = False,
) -> None:
    """Hand an agency's matters to a partner, each once, and finish here what the partner has closed."""
    from django.utils import timezone

    from anning.gateway.interfaces.open311.services import exchanging as exchange
    from anning.kernel.access.scope import SYSTEM
    from anning.kernel.org.models import Agency

    found = Agency.objects.filter(code=agency).first()
    if found is None:
        raise LookupError(f"there is no agency {agency!r}")
    partner = _endpoint(url, key, jurisdiction, form)
    _tell(exchange.push(SYSTEM, partner, found, timezone.now(), _say, purpose=purpose).counts(), as_json)


def _endpoint(url: str, key: str, jurisdiction: str, form: str) -> "Endpoint":
    from anning.gateway.interfaces.open311.client import Endpoint

    if form not in ("xml", "json"):
        raise ValueError(f"--form {form!r}: use xml or json")
    return Endpoint(url, key, jurisdiction, "json" if form == "json" else "xml")


def _categories(path: Path) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: is not TOML ({error})") from error
    wrong = [code for code, value in found.items() if not isinstance(value, str)]
    if wrong:
        raise ValueError(f'{path}: {wrong[0]} must be one of our categories in quotes, as "life.noise"')
    return found


def _say(words: str) -> None:
    typer.echo(words, err=True)


def _tell(counts: dict[str, int], as_json: bool) -> None:
    typer.echo(", ".join(f"{name} {count:,}" for name, count in counts.items()))
    if as_json:
        typer.echo(json.dumps(counts))
