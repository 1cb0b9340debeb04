"""`field__inside=prefix`: what lies in an area, found by an index on every database.

SQLite's `LIKE` ignores case and, with the escape clause Django writes, uses no index: there the prefix is a range.
PostgreSQL turns `LIKE 'prefix%'` into a range itself where the index is in pattern order (`varchar_pattern_ops`),
whatever the language of the database.

`field__inside_wide=prefix` finds the same but keeps SQLite from going by that index: it does not know how many rows a
range holds, and would gather and sort millions to show the newest fifty of a whole city.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Lookup

if TYPE_CHECKING:
    _Lookup = Lookup[str]
else:
    _Lookup = Lookup
Compiled = tuple[str, tuple[Any, ...]]


class Inside(_Lookup):
    """Whether a code begins with a prefix; every code begins with the empty one."""

    lookup_name = "inside"
    no_index = ""

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """The prefix as a pattern."""
        left, values = self.process_lhs(compiler, connection)
        return f"{left} LIKE %s", (*values, f"{connection.ops.prep_for_like_query(self.rhs)}%")

    def as_sqlite(self, compiler: Any, connection: Any) -> Compiled:
        """The prefix as the range from itself up to the first text after all that begin with it."""
        left, values = self.process_lhs(compiler, connection)
        left = f"{self.no_index}{left}"
        if not self.rhs:
            return f"{left} >= %s", (*values, "")
        return f"({left} >= %s AND {left} < %s)", (*values, self.rhs, *values, after_all(str(self.rhs)))


class InsideWide(Inside):
    """The same for a prefix that much begins with; the sign before a column makes SQLite leave its index aside."""

    lookup_name = "inside_wide"
    no_index = "+"


def after_all(prefix: str) -> str:
    """The first text, by code points, that comes after every text beginning with `prefix` (not empty).

    Raises:
        ValueError: `prefix` ends in the last code point there is, which no area code does.
    """
    last = ord(prefix[-1]) + 1
    if last > 0x10FFFF:
        raise ValueError(f"{prefix!r} ends in the last character there is: no area code can")
    return prefix[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)


def register() -> None:
    """Make the lookups known to text columns."""
    CharField.register_lookup(Inside)
    CharField.register_lookup(InsideWide)
