"""One line for a fault: what failed, where, and what to do."""

import os
from urllib.parse import urlsplit

SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (('fatal: database "',), "is not there: make it (`createdb`), or check ANNING_DATABASE_URL"),
    (
        ("no such table", "does not exist", "no such column", "has no column", "undefinedtable"),
        "has no tables of this version: run `anning migrate`",
    ),
    (
        ("database or disk is full", "no space left"),
        "has no room left on its disk: make room and run the command again",
    ),
    (
        ("readonly", "read-only", "read only", "attempt to write"),
        "is read-only: give this user the right to write there, or name another in ANNING_DATABASE_URL",
    ),
    (("unable to open",), "cannot be opened: check the folder and its rights, or ANNING_DATABASE_URL"),
    (("password authentication", "no password"), "refuses the password: check ANNING_DATABASE_URL"),
    (("locked", "timeout", "canceling"), "was busy too long: run the command again"),
    (("malformed", "not a database", "corrupt"), "is damaged: restore it with `anning restore`"),
)
LOST = "cannot be reached: see that its server runs, or check ANNING_DATABASE_URL"


def explain(error: BaseException) -> str:
    """The line for an error. What was committed before it stays; the sentence says so where it matters."""
    from django.db import Error

    if isinstance(error, Error):
        text = " ".join(str(error).split())
        lowered = text.lower()
        said = next((advice for signs, advice in SIGNS if any(sign in lowered for sign in signs)), LOST)
        return f"the database {database()} {said} ({text}); what was committed before stays"
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror[:1].lower()}{error.strerror[1:]}"
    return str(error) or type(error).__name__


def database() -> str:
    """The database's address, without a password."""
    url = os.environ.get("ANNING_DATABASE_URL", "var/anning.sqlite3")
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url
