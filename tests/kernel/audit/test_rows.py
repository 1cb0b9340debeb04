"""Single rows inserted by ready SQL read back as the ORM would have written them, keys and faults included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from anning.domains.calls.models import Call, Channel
from anning.kernel.audit import rows
from anning.kernel.audit.transactions import piped
from anning.kernel.people.models import Contact
from anning.kernel.people.services import to_keep
from anning.kernel.work.models import Change, Event, Item
from tests import factories

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 4, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))


def item(**given: object) -> Item:
    """A row with a value of every kind: text, whole and broken numbers, truth, moments and nothing."""
    values = {"kind": "incident", "state": "new", "title": "打架\t'\"%s", "lon": 121.5, "cell": 2**62, "outside": True}
    return Item(**{**values, "opened_at": AT, "state_at": AT, **given})


def call(key: str, **given: object) -> Call:
    """A call on an incident of its own."""
    values = {"source_key": key, "channel": Channel.SMS, "received_at": AT, "saved_at": AT, "category": "theft"}
    values |= {"priority": 2, "flags": ["fire"], "answers": {"问": "答"}, "taken_by": "x", **given}
    return Call(item=factories.incident(), **values)


def test_values_come_back_as_the_model_has_them() -> None:
    kept = rows.insert(item())
    fresh = Item.objects.get(pk=kept.pk)
    for field in Item._meta.concrete_fields:
        assert getattr(fresh, field.attname) == getattr(kept, field.attname), field
    assert fresh.opened_at == AT.astimezone(UTC)
    assert list(Item.objects.filter(opened_at__gte=AT, opened_at__lt=AT + timedelta(microseconds=1))) == [kept]


def test_choices_lists_and_whole_numbers_in_columns_of_other_kinds_are_adapted() -> None:
    kept = Call.objects.get(pk=rows.insert(call("k", lon=121, lat=None)).pk)
    assert (kept.channel, kept.flags, kept.answers, kept.lon) == ("sms", ["fire"], {"问": "答"}, 121.0)


def test_what_is_inserted_can_be_saved_again() -> None:
    kept = rows.insert(item())
    kept.title = "别处"
    kept.save()
    assert [one.title for one in Item.objects.filter(pk=kept.pk)] == ["别处"]


def test_reserved_keys_are_the_keys_of_the_rows_and_nobody_elses() -> None:
    with transaction.atomic():
        contact = to_keep(name="王某", phone="", area_code="", reason="r", days=1, now=AT)
        assert contact is not None
        mine, none = item(), None
        rows.reserve(mine, none, contact)
        given = [row.pk for row in (mine, contact) if connection.vendor == "postgresql"]
        other = item()
        rows.insert(mine)
        rows.insert(other)
        rows.insert(contact)
    assert given == [row.pk for row in (mine, contact) if connection.vendor == "postgresql"]
    assert mine.pk != other.pk
    assert set(Item.objects.values_list("pk", flat=True)) == {mine.pk, other.pk}
    assert bytes(Contact.objects.get().name.token) == contact.name.token


def test_a_row_whose_key_nobody_needs_is_there_all_the_same() -> None:
    rows.insert(Event(at=AT, topic="t", kind="k"), keyed=False)
    assert Event.objects.get(topic="t").body == {}


def test_a_fault_in_a_pipe_is_the_databases_own_and_leaves_nothing() -> None:
    first, second = call("same"), call("same")
    rows.insert(first)
    with pytest.raises(IntegrityError), transaction.atomic(), piped():
        rows.insert(Change(item=second.item, version=9, verb="v", new="new", at=AT, actor="x"), keyed=False)
        rows.insert(second, keyed=False)
    assert not Change.objects.filter(version=9).exists()
    assert Call.objects.get(source_key="same").pk == first.pk


def test_whoever_listens_to_statements_hears_these() -> None:
    with CaptureQueriesContext(connection) as heard:
        rows.insert(item())
    assert [query["sql"][:24] for query in heard.captured_queries] == ['INSERT INTO "work_item" ']
