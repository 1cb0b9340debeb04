"""The arithmetic of the audit chain: each entry's code covers its content and the code before it.

HMAC-SHA-256 (RFC 2104) with a key that is not in the database: who can write the tables but does not hold the
key cannot make a chain that verifies.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

START = b"\0" * 32
MOST_LANES = 64
"""No installation has more lanes: an entry's id is worked out from its place, so that it cannot be altered either."""
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: the same value always gives the same text."""
    return _encoder.encode(value)


def entry_id(lane: int, seq: int) -> int:
    """The primary key of the entry at place `seq` (from 1) of `lane`."""
    return seq * MOST_LANES + lane


def entry_code(key: bytes, previous: bytes, fields: Mapping[str, Any]) -> bytes:
    """The 32-byte code of an entry with `fields` (see `Entry.chained`) that follows the code `previous`."""
    return hmac.digest(key, previous + canonical(fields).encode(), "sha256")


def head_code(key: bytes, lane: int, seq: int, last: bytes) -> bytes:
    """The seal of a lane's head, so that cutting off the newest entries is seen."""
    return hmac.digest(key, f"head:{lane}:{seq}:".encode() + last, "sha256")


def stamp(at: datetime) -> str:
    """`at` in UTC to the microsecond, as it goes into the code."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
