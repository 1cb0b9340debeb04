"""Signing what a webhook carries, and checking it, as Standard Webhooks 1.0 says.

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: HMAC-SHA256 over
`id.timestamp.body`, in base64, after `v1,`; a receiver refuses what is older than a few minutes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_S = 300


class SignatureError(ValueError):
    """A message is not from who holds the secret, or is too old: says which."""


def write_secret(key: bytes) -> str:
    """A secret as people copy it."""
    return PREFIX + base64.b64encode(key).decode()


def read_secret(text: str) -> bytes:
    """The key in a secret. Raises `SignatureError` when it is none."""
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError(f"a secret is {PREFIX} and base64: {error}") from error


def signed(secret: str, message_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The three headers of a message."""
    return {ID: message_id, TIMESTAMP: str(timestamp_s), SIGNATURE: _signature(secret, message_id, timestamp_s, body)}


def check(secret: str, headers: Mapping[str, str], body: bytes, now_s: int) -> None:
    """Raise `SignatureError` unless the message is from who holds the secret and not older than five minutes."""
    given = {name.casefold(): value for name, value in headers.items()}
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not given.get(name)]
    if missing:
        raise SignatureError(f"the header {missing[0]} is missing")
    if not (given[TIMESTAMP].isdecimal() and given[TIMESTAMP].isascii()) or len(given[TIMESTAMP]) > 12:
        raise SignatureError(f"{TIMESTAMP}: {given[TIMESTAMP]!r} is no time in seconds")
    at = int(given[TIMESTAMP])
    if abs(now_s - at) > TOLERANCE_S:
        raise SignatureError(f"{TIMESTAMP}: is more than {TOLERANCE_S} s away from now")
    wanted = _signature(secret, given[ID], at, body)
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given[SIGNATURE].split()):
        raise SignatureError(f"{SIGNATURE}: was not made with this secret")


def _signature(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    said = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(read_secret(secret), said, hashlib.sha256)).decode()
