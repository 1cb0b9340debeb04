"""`anning users …`: who may sign in, and as what."""

from typing import Annotated

import typer

app = typer.Typer(help="Users, their parts and their API tokens.")
PASSWORD = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ANNING_PASSWORD")
]


@app.command()
def add(
    username: str,
    role: Annotated[
        str, typer.Option(help="call_taker, dispatcher, supervisor, unit, partner, analyst, auditor, administrator")
    ],
    agency: Annotated[str, typer.Option(help="Code of the agency; made when it is new.")],
    password: PASSWORD,
    title: str = "",
    area: Annotated[str, typer.Option(help="Whole code of an area of the city; empty for everywhere.")] = "",
) -> None:
    """Make a user with one part to play (or give another part to one there is)."""
    from anning.kernel.access.services import add_user

    user = add_user(None, username, password, title=title, role=role, agency_code=agency, area_code=area)
    typer.echo(f"{user.username} may sign in as {role} of {agency}")


@app.command()
def password(username: str, password: PASSWORD) -> None:
    """Set a user's password."""
    from anning.kernel.org.services import set_password

    set_password(None, username, password)
    typer.echo(f"{username} has a new password")


@app.command()
def token(username: str, label: str) -> None:
    """Make an API token for a user and print it; it is not kept and cannot be shown again."""
    from anning.kernel.org.models import User
    from anning.kernel.org.services import make_token

    user = User.objects.filter(username=username).first()
    if user is None:
        raise LookupError(f"there is no user {username!r}")
    typer.echo(make_token(None, user, label))


@app.command("list")
def list_users() -> None:
    """Print every user and the parts they play."""
    from anning.kernel.org.models import Membership

    rows = Membership.objects.select_related("user", "agency").order_by("user__username")
    for row in rows:
        typer.echo(f"{row.user.username}\t{row.role}\t{row.agency.code}\t{row.area_code or '-'}")
