"""The trail: any byte altered, any row missing, moved, doubled or cut off is found; the database refuses changes."""

import random
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from anning.kernel.access.scope import SYSTEM
from anning.kernel.audit import chain
from anning.kernel.audit.models import Entry, Head
from anning.kernel.audit.selectors import heads, trail, verify
from anning.kernel.audit.services import record
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ROWS = 12


def write(count: int = ROWS) -> None:
    for number in range(count):
        body = {"number": number, "text": "改派 Ⅱ"}
        record(SYSTEM, "test", f"work.item:{number}", body, purpose="a test", at=NOW + timedelta(seconds=number))


def unlock() -> None:
    """Take the triggers away, as somebody with the rights of the database's owner would."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")


def faults() -> list[str]:
    return [fault.what for fault in verify()]


def test_an_untouched_trail_has_no_fault() -> None:
    write()
    assert faults() == []
    assert sum(seq for _lane, seq, _code in heads()) == ROWS


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(statement: str) -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("seed", range(60))
def test_any_single_byte_altered_anywhere_is_found(seed: int) -> None:
    write()
    unlock()
    rng = random.Random(seed)
    entry = rng.choice(list(Entry.objects.order_by("seq")))
    column = rng.choice(["lane", "seq", "at", "actor_id", "actor", "action", "subject", "purpose", "body", "code"])
    Entry.objects.filter(pk=entry.pk).update(**{column: altered(getattr(entry, column), rng)})
    assert faults(), f"{column} of entry {entry.seq} was altered unseen"


def altered(value: object, rng: random.Random) -> object:
    """`value` with one byte (one digit of a number, one microsecond of a time) changed."""
    if value is None:
        return 1
    if isinstance(value, int):
        return value + 1 + 10 * rng.randrange(3) + 1000
    if isinstance(value, bytes | memoryview):
        data = bytearray(value)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(data)
    if isinstance(value, str):
        if not value:
            return "x"
        place = rng.randrange(len(value))
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    return value + timedelta(microseconds=1)  # type: ignore[operator]


@pytest.mark.parametrize("column", ["seq", "code", "seal"])
def test_an_altered_head_is_found(column: str) -> None:
    write()
    head = Head.objects.filter(seq__gt=0).first()
    assert head is not None
    Head.objects.filter(pk=head.pk).update(**{column: altered(getattr(head, column), random.Random(1))})
    assert faults()


@pytest.mark.parametrize("which", [1, 5, ROWS])
def test_a_missing_entry_is_found_also_at_either_end(which: int) -> None:
    write()
    unlock()
    Entry.objects.filter(seq=which).delete()
    assert any("missing" in what or "head" in what for what in faults())


def test_entries_changing_places_are_found() -> None:
    write()
    unlock()
    Entry.objects.filter(seq=3).update(seq=900)
    Entry.objects.filter(seq=4).update(seq=3)
    Entry.objects.filter(seq=900).update(seq=4)
    assert len(faults()) >= 2


def test_cutting_the_end_off_with_the_head_put_back_is_found() -> None:
    write()
    unlock()
    before = Entry.objects.get(seq=ROWS - 2)
    Entry.objects.filter(seq__gt=before.seq).delete()
    Head.objects.filter(lane=before.lane).update(seq=before.seq, code=before.code)
    assert any("seal" in what for what in faults())


def test_a_whole_lane_gone_is_found_by_its_head_and_by_the_witness() -> None:
    write()
    witness = heads()
    unlock()
    Entry.objects.all().delete()
    assert faults()
    Head.objects.all().delete()
    assert [fault.what for fault in verify(witness)]
    assert faults() == [], "without entries, heads or witness there is nothing left to compare"


def test_a_trail_rewritten_without_the_key_is_found() -> None:
    write()
    unlock()
    previous = chain.START
    for entry in Entry.objects.order_by("seq"):
        entry.body = "{}"
        entry.code = chain.entry_code(b"another key", previous, entry.chained())
        previous = entry.code
        entry.save()
    assert len(faults()) >= ROWS


def test_a_witness_is_compared_place_by_place() -> None:
    write()
    witness = heads()
    unlock()
    Entry.objects.all().delete()
    Head.objects.all().delete()
    write()
    assert faults() == []
    Entry.objects.filter(seq=1).update(purpose="a test")
    assert list(verify(witness)) == []
    longer = [(lane, seq + 5, code) for lane, seq, code in witness]
    assert any("witness" in fault.what for fault in verify(longer))
    other = [(lane, seq, "00" * 32) for lane, seq, code in witness]
    assert any("differs from the witness" in fault.what for fault in verify(other))


def test_nothing_is_recorded_outside_a_transaction(transactional_db) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(SYSTEM, "test", "x", {})


def test_the_trail_of_a_subject_is_newest_first() -> None:
    write()
    record(SYSTEM, "again", "work.item:3", {}, at=NOW + timedelta(days=1))
    assert [entry.action for entry in trail("work.item:3")] == ["again", "test"]
