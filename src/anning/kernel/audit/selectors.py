"""Reading and verifying the audit trail."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from anning.kernel.audit import chain
from anning.kernel.audit.models import Entry, Head


@dataclass(frozen=True)
class Fault:
    """One place where the trail is not as it was written: which lane and place, and what is wrong."""

    lane: int
    seq: int
    what: str


def trail(subject: str) -> QuerySet[Entry]:
    """What was done to or read of `subject` (`app.model:id`), newest first."""
    return Entry.objects.filter(subject=subject).order_by("-at", "-id")


def heads() -> list[tuple[int, int, str]]:
    """Each lane's number, length and newest code in hexadecimal: print them elsewhere as a witness."""
    return [(head.lane, head.seq, bytes(head.code).hex()) for head in Head.objects.order_by("lane")]


def verify(witness: list[tuple[int, int, str]] | None = None) -> Iterator[Fault]:
    """Walk every lane from its start and yield each altered, missing, re-ordered or cut-off entry.

    `witness` is an earlier answer of `heads()`: the trail must still hold those codes at those places.
    """
    known = {(lane, seq): code for lane, seq, code in witness or []}
    lanes = set(Entry.objects.values_list("lane", flat=True).distinct())
    lanes |= set(Head.objects.values_list("lane", flat=True)) | {lane for lane, _ in known}
    for lane in sorted(lanes):
        yield from _verify_lane(lane, known)


def _verify_lane(lane: int, known: dict[tuple[int, int], str]) -> Iterator[Fault]:
    previous, expected = chain.START, 1
    for entry in Entry.objects.filter(lane=lane).order_by("seq").iterator(2000):
        if entry.seq != expected:
            yield Fault(lane, expected, f"entries {expected} to {entry.seq - 1} are missing")
        code = bytes(entry.code)
        if chain.entry_code(settings.AUDIT_KEY, previous, entry.chained()) != code:
            yield Fault(lane, entry.seq, "the entry or its place was altered")
        if known.get((lane, entry.seq), code.hex()) != code.hex():
            yield Fault(lane, entry.seq, "the entry differs from the witness")
        previous, expected = code, entry.seq + 1
    yield from _verify_head(lane, expected - 1, previous)
    for _lane, seq in known:
        if _lane == lane and seq >= expected:
            yield Fault(lane, seq, "the entry named by the witness is missing")


def _verify_head(lane: int, seq: int, code: bytes) -> Iterator[Fault]:
    head = Head.objects.filter(lane=lane).first()
    if head is None:
        yield Fault(lane, seq, "the head of the lane is missing")
        return
    if head.seq > seq:
        yield Fault(lane, seq + 1, f"entries {seq + 1} to {head.seq} are missing at the end")
    elif head.seq < seq or bytes(head.code) != code:
        yield Fault(lane, seq, "the head of the lane was altered")
    if chain.head_code(settings.AUDIT_KEY, lane, head.seq, bytes(head.code)) != bytes(head.seal):
        yield Fault(lane, head.seq, "the seal of the head was altered")
