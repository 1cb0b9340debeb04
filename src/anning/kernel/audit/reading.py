"""Reading the trail as the bytes the database holds, for verifying it: fast, and blind to no alteration.

The ORM would read `2026-03-04T02:00:00` and `2026-03-04 02:00:00` as one moment and fail on text that is no longer
UTF-8. Here a row that is not written exactly as `record` writes it is reported, not repaired and not an error.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

CHUNK = 5000
_SQLITE = """
SELECT id, seq, actor_id,
    typeof(actor_id) || typeof(at) || typeof(actor) || typeof(action) || typeof(subject) || typeof(purpose)
    || typeof(body) || typeof(code),
    CAST(at AS BLOB), CAST(actor AS BLOB), CAST(action AS BLOB), CAST(subject AS BLOB), CAST(purpose AS BLOB),
    CAST(body AS BLOB), CAST(code AS BLOB)
FROM audit_entry WHERE lane = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
_POSTGRESQL = """
SELECT id, seq, actor_id, 'postgresql',
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), actor, action, subject, purpose, body, code
FROM audit_entry WHERE lane = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
_TYPES = ("null" + "text" * 6 + "blob", "integer" + "text" * 6 + "blob")


class Stored(NamedTuple):
    """One entry as it stands: its id, its place, its code, and the fields the chain covers.

    `fields` is None when the row cannot have been written by `record`.
    """

    pk: int
    seq: int
    code: bytes
    fields: dict[str, Any] | None


class StoredHead(NamedTuple):
    """The head of a lane as it stands."""

    seq: int
    code: bytes
    seal: bytes


def lanes() -> set[int]:
    """Every lane that has an entry or a head; what is no number counts as lane -1."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT lane FROM audit_entry UNION SELECT lane FROM audit_head")
        return {lane if isinstance(lane, int) else -1 for (lane,) in cursor.fetchall()}


def head(lane: int) -> StoredHead | None:
    """The head of a lane, or None when it has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, code, seal FROM audit_head WHERE lane = %s", [lane])
        found = cursor.fetchone()
    return StoredHead(found[0], _bytes(found[1]), _bytes(found[2])) if found else None


def beyond(lane: int, seq: int) -> bool:
    """Whether the lane has an entry after place `seq`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM audit_entry WHERE lane = %s AND seq > %s LIMIT 1", [lane, seq])
        return cursor.fetchone() is not None


def entries(lane: int, after: int, upto: int) -> Iterator[Stored]:
    """The entries of a lane at places above `after` and not above `upto`, in order, a chunk at a time."""
    statement = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [lane, after, upto, CHUNK])
            rows = cursor.fetchall()
        for row in rows:
            yield _stored(lane, row)
        if len(rows) < CHUNK:
            return
        after = rows[-1][1]


def _stored(lane: int, row: Any) -> Stored:
    pk, seq, actor_id, types, *values, code = row
    if types != "postgresql":
        values = _decoded(types, values)
    if values is None:
        return Stored(pk, seq, _bytes(code), None)
    at, actor, action, subject, purpose, body = values
    fields = {
        "lane": lane,
        "seq": seq,
        "at": at,
        "actor_id": actor_id,
        "actor": actor,
        "action": action,
        "subject": subject,
        "purpose": purpose,
        "body": body,
    }
    return Stored(pk, seq, bytes(code), fields)


def _decoded(types: str, values: list[Any]) -> list[Any] | None:
    """The text columns of a SQLite row, the time as the chain writes it; None when one is not as written."""
    if types not in _TYPES:
        return None
    try:
        at, *texts = [str(value, "utf-8") for value in values]
    except UnicodeDecodeError:
        return None
    day, gap, rest = at[:10], at[10:11], at[11:]
    if gap != " " or len(rest) not in (8, 15) or rest[8:] == ".000000" or rest[8:9] not in ("", "."):
        return None
    return [f"{day}T{rest}{'' if len(rest) == 15 else '.000000'}+00:00", *texts]


def _bytes(value: Any) -> bytes:
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(value or b"")
