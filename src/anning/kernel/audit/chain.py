"""The arithmetic of the audit chain: each entry's code covers its content and the code before it.

HMAC-SHA-256 (RFC 2104) with a key that is not in the database: who can write the tables but does not hold the
key cannot make a chain that verifies.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

START = b"\0" * 32


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def entry_code(key: bytes, previous: bytes, fields: Mapping[str, Any]) -> bytes:
    """The 32-byte code of an entry with `fields` (see `Entry.chained`) that follows the code `previous`."""
    return hmac.new(key, previous + canonical(fields).encode(), hashlib.sha256).digest()


def head_code(key: bytes, lane: int, seq: int, last: bytes) -> bytes:
    """The seal of a lane's head, so that cutting off the newest entries is seen."""
    return hmac.new(key, f"head:{lane}:{seq}:".encode() + last, hashlib.sha256).digest()


def stamp(at: datetime) -> str:
    """`at` in UTC to the microsecond, as it goes into the code."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
