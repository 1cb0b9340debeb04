"""Reading and verifying the audit trail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from anning.kernel.audit import chain, reading
from anning.kernel.audit.models import Entry, Head

Witness = tuple[int, int, str]
"""A lane, a place in it and the code (hexadecimal) that stood there."""
_FAR = 2**62


@dataclass(frozen=True)
class Fault:
    """One place where the trail is not as it was written: which lane and place, and what is wrong."""

    lane: int
    seq: int
    what: str


def trail(subject: str) -> QuerySet[Entry]:
    """What was done to or read of `subject` (`app.model:id`), newest first."""
    return Entry.objects.filter(subject=subject).order_by("-at", "-id")


def heads() -> list[Witness]:
    """Each lane's number, length and newest code in hexadecimal: print them elsewhere as a witness."""
    return [(head.lane, head.seq, bytes(head.code).hex()) for head in Head.objects.order_by("lane")]


def verify(witness: list[Witness] | None = None) -> Iterator[Fault]:
    """Walk every lane from its start and yield each altered, missing, re-ordered or cut-off entry.

    `witness` is an earlier answer of `heads()`: the trail must still hold those codes at those places. The
    platform may go on writing meanwhile: what is written during the walk is walked too.
    """
    known = {(lane, seq): code for lane, seq, code in witness or []}
    for lane in sorted(reading.lanes() | {lane for lane, _ in known}):
        if lane < 0:
            yield Fault(lane, 0, "an entry or a head names a lane that is no number")
        else:
            yield from _Walk(lane, known).faults()


class _Walk:
    """One pass over one lane. `reached` is the last place seen and `code` the code that stood there."""

    def __init__(self, lane: int, known: Mapping[tuple[int, int], str]) -> None:
        self.lane, self.known = lane, known
        self.reached, self.code = 0, chain.START

    def faults(self) -> Iterator[Fault]:
        """Every fault of the lane. An entry and its head are committed together, so a head read first is the
        place up to which entries must be there, and one read again unchanged that there were no more."""
        head = reading.head(self.lane)
        while True:
            yield from self._entries(head.seq if head else _FAR)
            surplus = head is not None and reading.beyond(self.lane, head.seq)
            later = reading.head(self.lane)
            if later == head:
                break
            head = later
        yield from self._head(head)
        if surplus:
            yield Fault(self.lane, self.reached + 1, "there are entries after the head of the lane")
        for lane, seq in self.known:
            if lane == self.lane and seq > self.reached:
                yield Fault(lane, seq, "the entry named by the witness is missing")

    def _entries(self, upto: int) -> Iterator[Fault]:
        key = settings.AUDIT_KEY
        for stored in reading.entries(self.lane, self.reached, upto):
            seq = stored.seq
            if seq > self.reached + 1:
                yield Fault(self.lane, self.reached + 1, f"entries {self.reached + 1} to {seq - 1} are missing")
            elif seq <= self.reached:
                yield Fault(self.lane, seq, "two entries have this place")
            if stored.fields is None or chain.entry_code(key, self.code, stored.fields) != stored.code:
                yield Fault(self.lane, seq, "the entry or its place was altered")
            if stored.pk != chain.entry_id(self.lane, seq):
                yield Fault(self.lane, seq, "the id of the entry was altered")
            if self.known.get((self.lane, seq), stored.code.hex()) != stored.code.hex():
                yield Fault(self.lane, seq, "the entry differs from the witness")
            self.reached, self.code = seq, stored.code

    def _head(self, head: reading.StoredHead | None) -> Iterator[Fault]:
        if head is None:
            yield Fault(self.lane, self.reached, "the head of the lane is missing")
            return
        if head.seq > self.reached:
            yield Fault(self.lane, self.reached + 1, f"entries {self.reached + 1} to {head.seq} are missing at the end")
        elif head.code != self.code:
            yield Fault(self.lane, self.reached, "the head of the lane was altered")
        if chain.head_code(settings.AUDIT_KEY, self.lane, head.seq, head.code) != head.seal:
            yield Fault(self.lane, head.seq, "the seal of the head was altered")
