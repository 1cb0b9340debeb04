"""The two full-text tables: FTS5 on SQLite, a GIN index over an array of terms on PostgreSQL.

Both hold one row per work item, keyed by its id, and answer the newest ids that have all terms of a query.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

CREATE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_terms USING fts5(terms, detail=none, tokenize=\"unicode61 tokenchars '_'\")"
    ],
    "postgresql": [
        "CREATE TABLE search_terms (item_id bigint PRIMARY KEY, terms text[] NOT NULL)",
        "CREATE INDEX search_terms_gin ON search_terms USING gin (terms) WITH (fastupdate = on)",
    ],
}
DROP = "DROP TABLE IF EXISTS search_terms"
Row = tuple[int, Iterable[str]]


def put(rows: Sequence[Row]) -> None:
    """Index items under their terms, in place of what they were indexed under before."""
    ids = [item_id for item_id, _ in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("DELETE FROM search_terms WHERE rowid = %s", [(item_id,) for item_id in ids])
            texts = [(item_id, " ".join(sorted(terms))) for item_id, terms in rows]
            cursor.executemany("INSERT INTO search_terms (rowid, terms) VALUES (%s, %s)", texts)
        else:
            cursor.execute("DELETE FROM search_terms WHERE item_id = ANY(%s)", [ids])
            with cursor.copy("COPY search_terms (item_id, terms) FROM STDIN") as copy:
                for item_id, terms in rows:
                    copy.write_row((item_id, sorted(terms)))


def newest(every: Sequence[str], any_of: Sequence[Sequence[str]], below: int | None, limit: int) -> list[int]:
    """The newest item ids (under `below` when given) with all terms `every` and one of each group in `any_of`."""
    if connection.vendor == "sqlite":
        return _sqlite(every, any_of, below, limit)
    return _postgresql(every, any_of, below, limit)


def _sqlite(every: Sequence[str], any_of: Sequence[Sequence[str]], below: int | None, limit: int) -> list[int]:
    groups = [[term] for term in every] + [list(group) for group in any_of]
    match = " AND ".join("(" + " OR ".join(f'"{term}"' for term in group) + ")" for group in groups)
    sql = "SELECT rowid FROM search_terms WHERE search_terms MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, below or 2**62, limit])
        return [row[0] for row in cursor.fetchall()]


def _postgresql(every: Sequence[str], any_of: Sequence[Sequence[str]], below: int | None, limit: int) -> list[int]:
    clauses = ["terms @> %s::text[]", "item_id < %s"]
    values: list[Any] = [list(every), below or 2**62]
    for group in any_of:
        clauses.append("terms && %s::text[]")
        values.append(list(group))
    sql = f"SELECT item_id FROM search_terms WHERE {' AND '.join(clauses)} ORDER BY item_id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [row[0] for row in cursor.fetchall()]
