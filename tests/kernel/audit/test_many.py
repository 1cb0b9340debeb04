"""Many rows at once read back as the ORM would have written them; a wrong row leaves none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, transaction

from anning.kernel.audit.many import insert_rows, reserve_ids
from anning.kernel.work.models import Change, Item
from tests import factories

pytestmark = pytest.mark.django_db
FIELDS = ("item", "version", "verb", "old", "new", "reason", "data", "at", "actor_id", "actor")
AT = datetime(2026, 3, 4, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))


def test_values_come_back_as_the_model_has_them() -> None:
    item = factories.incident()
    data = {"words": "打架\t\n\\N", "list": [1, None]}
    insert_rows(Change, FIELDS, [(item.pk, 2, "note", "new", "new", "为什么", data, AT, None, "x")])
    kept = Change.objects.get(item=item, version=2)
    assert (kept.data, kept.reason, kept.at, kept.actor_id) == (data, "为什么", AT.astimezone(UTC), None)
    assert list(Change.objects.filter(at__gte=AT, at__lt=AT + timedelta(microseconds=1))) == [kept]


def test_rows_written_either_way_sort_together() -> None:
    item = factories.incident()
    rows = [(item.pk, number, "note", "", "", "", {}, AT + timedelta(seconds=number), 1, "x") for number in (2, 4)]
    insert_rows(Change, FIELDS, rows)
    Change.objects.create(item=item, version=3, verb="note", new="", at=AT + timedelta(seconds=3), actor="x")
    later = Change.objects.filter(item=item, version__gt=1).order_by("at")
    assert [change.version for change in later] == [2, 3, 4]


def test_reserved_keys_are_nobody_elses() -> None:
    before = factories.incident()
    gone = factories.incident()
    Item.objects.filter(pk=gone.pk).delete()
    taken = list(reserve_ids(Item, 3))
    assert len(set(taken)) == 3
    assert min(taken) > gone.pk
    names = [field.name for field in Item._meta.concrete_fields]
    for pk in taken:
        before.pk = pk
        insert_rows(Item, names, [[getattr(before, name) for name in names]])
    assert factories.incident().pk > max(taken)


def test_a_row_the_database_refuses_is_a_database_error_and_leaves_none() -> None:
    item = factories.incident()
    row = (item.pk, 2, "note", "", "", "", {}, AT, None, "x")
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows(Change, FIELDS, [row, row])
    assert not Change.objects.filter(item=item, version=2).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        insert_rows(Change, FIELDS[:-1], [row[:-1]])


def test_no_rows_are_no_fault() -> None:
    insert_rows(Change, FIELDS, [])
    assert not Change.objects.exists()
