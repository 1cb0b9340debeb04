"""Writing the audit trail."""

import hmac
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.utils import timezone

from anning.kernel.audit import chain
from anning.kernel.audit.models import Entry, Head
from anning.kernel.audit.rows import insert, run

LANES = 8
SYSTEM = "system"
_READ = "SELECT seq, code FROM audit_head WHERE lane = %s"
_LOCK = f"{_READ} FOR UPDATE"


class Actor(Protocol):
    """Who does something: a user's id (None for the platform itself) and a label to print."""

    @property
    def user_id(self) -> int | None:
        """The user's id, None for the platform."""

    @property
    def label(self) -> str:
        """What the trail prints."""


def record(
    actor: Actor | None,
    action: str,
    subject: str,
    body: Mapping[str, Any],
    *,
    purpose: str = "",
    at: datetime | None = None,
) -> Entry:
    """Append one entry to the trail, inside the caller's transaction.

    Call it last in a transaction: it holds its lane until the commit.

    Raises:
        RuntimeError: called outside a transaction, where a change and its trace could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"audit of {action} on {subject} outside a transaction: wrap the service in writing()")
    lane, seq, previous = _locked_head(_lane())
    entry = Entry(
        id=chain.entry_id(lane, seq + 1),
        lane=lane,
        seq=seq + 1,
        at=at or timezone.now(),
        actor_id=actor.user_id if actor else None,
        actor=(actor.label if actor else SYSTEM)[:80],
        action=action,
        subject=subject,
        purpose=purpose[:200].replace("\0", ""),
        body=chain.canonical(body),
    )
    entry.code = chain.entry_code(settings.AUDIT_KEY, previous, entry.chained())
    insert(entry)
    _move_head(lane, entry.seq, entry.code)
    return entry


def fingerprint(value: Mapping[str, Any]) -> str:
    """A keyed digest of what the trail must pin down but not keep: words people wrote.

    The trail is never shortened, so no free text goes into it: that would outlive its retention. The key keeps a
    short text from being guessed from its digest.
    """
    return hmac.digest(settings.AUDIT_KEY, chain.canonical(value).encode(), "sha256").hex()


def _lane() -> int:
    return 0 if connection.vendor == "sqlite" else threading.get_ident() // 4096 % LANES


def _locked_head(lane: int) -> tuple[int, int, bytes]:
    """The lane, its length and its newest code; its row is locked until the transaction ends."""
    statement = _LOCK if connection.features.has_select_for_update else _READ
    found = run(statement, [lane]).fetchone()
    if found:
        return lane, found[0], bytes(found[1])
    seal = chain.head_code(settings.AUDIT_KEY, lane, 0, chain.START)
    Head.objects.bulk_create([Head(lane=lane, code=chain.START, seal=seal)], ignore_conflicts=True)
    return _locked_head(lane)


def _move_head(lane: int, seq: int, code: bytes) -> None:
    seal = chain.head_code(settings.AUDIT_KEY, lane, seq, code)
    run("UPDATE audit_head SET seq = %s, code = %s, seal = %s WHERE lane = %s", [seq, code, seal, lane])
