"""Whoever alters the tables without the key is found: a byte, a row, an order, an end, a head."""

import random

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anning.kernel.audit import chain
from anning.kernel.audit.models import Entry, Head
from anning.kernel.audit.selectors import heads, verify
from tests.kernel.audit.writing import ROWS, write
from tests.together import unlock_trail

pytestmark = pytest.mark.django_db
COLUMNS = [field.column for field in Entry._meta.concrete_fields]
HEAD_COLUMNS = [field.column for field in Head._meta.concrete_fields]


@pytest.fixture(autouse=True)
def written() -> None:
    write()
    unlock_trail()


def faults() -> list[str]:
    return [fault.what for fault in verify()]


def run(statement: str, values: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])


def altered(value: object, rng: random.Random) -> object:
    """`value` with one bit of one byte turned (of a number: one digit; of a time: one microsecond)."""
    if value is None:
        return rng.randrange(10)
    if isinstance(value, int):
        digits = list(str(value))
        place = rng.randrange(len(digits))
        digits[place] = str((int(digits[place]) + rng.randrange(1, 10)) % 10)
        return int("".join(digits))
    if isinstance(value, bytes | memoryview):
        return turned(bytes(value), rng)
    if isinstance(value, str):
        return turned(value.encode() or b"x", rng).decode("utf-8", "replace").replace("\0", "?") if value else "x"
    return value + models.DurationField().to_python("00:00:00.000001")  # type: ignore[operator]


def turned(data: bytes, rng: random.Random) -> bytes:
    """`data` with one bit turned."""
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, ROWS), st.sampled_from(COLUMNS), st.randoms(use_true_random=False))
def test_any_single_value_altered_in_any_entry_is_found(place: int, column: str, rng: random.Random) -> None:
    entry = Entry.objects.values(*COLUMNS).get(seq=place)
    taken = set(Entry.objects.values_list(column, flat=True)) if column in ("id", "seq") else set()
    value = altered(entry[column], rng)
    if value in taken:
        return
    change_and_check(Entry, entry["id"], column, value)


def change_and_check(model: type[models.Model], pk: object, column: str, value: object) -> None:
    """Write the value, see that it is found, and put things back."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tampering")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, pk])
        found = faults()
        cursor.execute("ROLLBACK TO SAVEPOINT tampering")
    assert found, f"{column} of {pk} was altered to {value!r} unseen"
    assert faults() == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no row as free bytes")
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, ROWS),
    st.sampled_from(["at", "actor", "action", "subject", "purpose", "body", "code"]),
    st.randoms(use_true_random=False),
)
def test_any_single_bit_turned_in_the_stored_bytes_is_found(place: int, column: str, rng: random.Random) -> None:
    pk = chain.entry_id(0, place)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST({column} AS BLOB) FROM audit_entry WHERE id = %s", [pk])
        stored = cursor.fetchone()[0]
        cursor.execute("SAVEPOINT tampering")
        kind = "BLOB" if column == "code" else "TEXT"
        cursor.execute(f"UPDATE audit_entry SET {column} = CAST(%s AS {kind}) WHERE id = %s", [turned(stored, rng), pk])
        found = faults()
        cursor.execute("ROLLBACK TO SAVEPOINT tampering")
    assert found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone lets a column hold another type")
@pytest.mark.parametrize(
    ("column", "expression"),
    [
        ("at", "replace(at, ' ', 'T')"),
        ("at", "replace(at, '.', ',')"),
        ("at", "at || '.000000'"),
        ("at", "substr(at, 1, 10)"),
        ("body", "CAST(body AS BLOB)"),
        ("code", "CAST('x' AS TEXT)"),
        ("seq", "'one'"),
        ("lane", "'zero'"),
        ("actor_id", "'someone'"),
    ],
)
def test_the_same_moment_written_otherwise_or_another_type_is_found(column: str, expression: str) -> None:
    whole_second = 1 if "000000" in expression else 2
    run(f"UPDATE audit_entry SET {column} = {expression} WHERE seq = {whole_second}")
    assert faults()


@pytest.mark.parametrize("column", HEAD_COLUMNS)
@pytest.mark.parametrize("seed", range(6))
def test_an_altered_head_is_found(column: str, seed: int) -> None:
    head = Head.objects.values(*HEAD_COLUMNS).get(seq=ROWS)
    change_and_check(Head, head["lane"], column, altered(head[column], random.Random(seed)))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, ROWS), min_size=1))
def test_missing_entries_are_found_wherever_they_stood(gone: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tampering")
        Entry.objects.filter(seq__in=gone).delete()
        found = faults()
        cursor.execute("ROLLBACK TO SAVEPOINT tampering")
    assert any("missing" in what for what in found)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, ROWS), min_size=2, max_size=2, unique=True))
def test_entries_changing_places_are_found(pair: list[int]) -> None:
    lane = Entry.objects.values_list("lane", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tampering")
        for old, new in ((pair[0], 900), (pair[1], pair[0]), (900, pair[1])):
            Entry.objects.filter(seq=old).update(seq=new, id=chain.entry_id(lane, new))
        found = faults()
        cursor.execute("ROLLBACK TO SAVEPOINT tampering")
    assert len(found) >= 2


def test_an_entry_put_in_between_after_or_twice_is_found() -> None:
    last = Entry.objects.get(seq=ROWS)
    for seq in (ROWS + 1, ROWS + 2, 500):
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT tampering")
            last.pk, last.seq = chain.entry_id(last.lane, seq), seq
            last.save(force_insert=True)
            found = faults()
            cursor.execute("ROLLBACK TO SAVEPOINT tampering")
        assert any("after the head" in what for what in found)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite drops no constraint without a new table")
def test_two_entries_in_one_place_are_found_where_the_index_was_dropped_too() -> None:
    entry = Entry.objects.get(seq=3)
    with connection.schema_editor(atomic=False) as schema:
        place = next(c for c in Entry._meta.constraints if c.name == "audit_entry_place")
        schema.remove_constraint(Entry, place)
    entry.pk += 1_000_000
    entry.save(force_insert=True)
    assert any("two entries" in what for what in faults())


def test_cutting_the_end_off_with_the_head_put_back_is_found() -> None:
    before = Entry.objects.get(seq=ROWS - 2)
    Entry.objects.filter(seq__gt=before.seq).delete()
    Head.objects.filter(lane=before.lane).update(seq=before.seq, code=before.code)
    assert any("seal" in what for what in faults())


def test_a_lane_put_back_to_an_earlier_day_whole_is_found_by_the_witness_alone() -> None:
    lane = Entry.objects.values_list("lane", flat=True)[0]
    early = Head.objects.values("seq", "code", "seal").get(lane=lane)
    write(3)
    witness = heads()
    Entry.objects.filter(seq__gt=ROWS).delete()
    Head.objects.filter(lane=lane).update(**early)
    assert faults() == [], "a copy of an earlier day is a true chain"
    assert any("named by the witness is missing" in fault.what for fault in verify(witness))


def test_a_whole_lane_gone_is_found_by_its_head_and_by_the_witness() -> None:
    witness = heads()
    Entry.objects.all().delete()
    assert faults()
    Head.objects.all().delete()
    assert [fault.what for fault in verify(witness)]
    assert faults() == [], "without entries, heads or witness there is nothing left to compare"


def test_a_lost_head_is_found() -> None:
    Head.objects.all().delete()
    assert "the head of the lane is missing" in faults()


def test_a_trail_rewritten_without_the_key_is_found() -> None:
    previous = chain.START
    for entry in Entry.objects.order_by("seq"):
        entry.body = "{}"
        entry.code = chain.entry_code(b"another key", previous, entry.chained())
        previous = entry.code
        entry.save()
    assert len(faults()) >= ROWS


def test_a_witness_is_compared_place_by_place() -> None:
    witness = heads()
    assert list(verify(witness)) == []
    longer = [(lane, seq + 5, code) for lane, seq, code in witness]
    assert any("witness" in fault.what for fault in verify(longer))
    other = [(lane, seq, "00" * 32) for lane, seq, code in witness]
    assert any("differs from the witness" in fault.what for fault in verify(other))
