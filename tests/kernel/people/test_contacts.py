"""Contact details: sealed at rest, opened for a purpose with a trace, re-sealed with new keys, deleted with proof."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import verify
from anning.kernel.people import crypto, services
from anning.kernel.people.fields import Sealed
from anning.kernel.people.models import Contact, Deletion
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LOOKER = Viewer(7, "dispatcher 7")


def keep(phone: str = "10012345678", days: int = 30, name: str = "王某") -> Contact:
    kept = services.keep(name=name, phone=phone, area_code="330203", reason="call-back", days=days, now=NOW)
    assert kept is not None
    return kept


def raw(pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, note FROM people_contact WHERE id = %s", [pk])
        return b"".join(bytes(part) for part in cursor.fetchone())


def test_nothing_personal_stands_in_the_database_in_plain() -> None:
    kept = keep()
    assert "王某".encode() not in raw(kept.pk)
    assert b"10012345678" not in raw(kept.pk)


def test_a_read_value_does_not_open_itself() -> None:
    sealed = Contact.objects.get(pk=keep().pk).phone
    assert isinstance(sealed, Sealed)
    assert str(sealed) == repr(sealed) == "••••"
    assert "1001" not in f"{sealed!s}{sealed!r}{Contact.objects.get()}"


def test_an_anonymous_caller_leaves_no_contact() -> None:
    assert services.keep(name="", phone="", area_code="", reason="", days=1, now=NOW) is None
    assert not Contact.objects.exists()


def test_reading_needs_a_purpose_and_leaves_a_trace_of_who_what_and_why() -> None:
    kept = keep()
    with pytest.raises(ValueError, match="purpose"):
        services.read(LOOKER, kept.pk, "  ")
    assert not Entry.objects.filter(action="read").exists()
    opened = services.read(LOOKER, kept.pk, "回拨核实地点", "work.item:9")
    assert (opened.name, opened.phone, opened.note) == ("王某", "10012345678", "")
    entry = Entry.objects.get(action="read")
    assert (entry.actor_id, entry.subject, entry.purpose) == (7, f"people.contact:{kept.pk}", "回拨核实地点")
    assert "work.item:9" in entry.body
    assert "10012345678" not in entry.body


def test_the_newest_key_seals_and_older_keys_still_open(settings) -> None:
    kept = keep()
    old = settings.PERSONAL_KEYS
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *old]
    assert services.read(LOOKER, kept.pk, "call back").phone == "10012345678"
    before = raw(kept.pk)
    assert services.rotate_keys() == 1
    assert raw(kept.pk) != before
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    assert services.read(LOOKER, kept.pk, "call back").phone == "10012345678"
    settings.PERSONAL_KEYS = old
    with pytest.raises(crypto.SealedFieldError, match="add the old key back"):
        services.read(LOOKER, kept.pk, "call back")


def test_rotation_goes_through_every_batch_and_keeps_empty_fields_empty(settings, monkeypatch) -> None:
    monkeypatch.setattr(services, "BATCH", 3)
    kept = [keep(phone=f"100{number:08d}", name="") for number in range(7)]
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_KEYS]
    assert services.rotate_keys() == 7
    settings.PERSONAL_KEYS = settings.PERSONAL_KEYS[:1]
    assert [services.read(LOOKER, c.pk, "x").phone for c in kept] == [f"100{n:08d}" for n in range(7)]
    assert not Contact.objects.get(pk=kept[0].pk).name


def test_what_is_past_its_time_is_deleted_and_the_deletion_proved() -> None:
    gone, stays = keep(days=30), keep(days=31)
    token = raw(gone.pk)
    assert services.purge(NOW + timedelta(days=30)) == 1
    assert list(Contact.objects.values_list("pk", flat=True)) == [stays.pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_contact")
        assert all(bytes(row[0]) not in token for row in cursor.fetchall())
    proof = Deletion.objects.get()
    assert (proof.model, proof.count, proof.first_id, proof.last_id) == ("people.contact", 1, gone.pk, gone.pk)
    assert len(proof.digest) == 64
    entry = Entry.objects.get(action="delete")
    assert proof.digest in entry.body
    assert not list(verify())
    assert services.purge(NOW + timedelta(days=30)) == 0


def test_purge_works_in_batches(monkeypatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        keep(days=1)
    assert services.purge(NOW + timedelta(days=2)) == 5
    assert [proof.count for proof in Deletion.objects.order_by("pk")] == [2, 2, 1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's files are not the test's to read")
def test_after_the_purge_the_ciphertext_is_not_in_the_files_of_the_database(committed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
    for number in range(40):
        keep(phone=f"1001234{number:04d}")
    sealed = [contact.phone.token for contact in Contact.objects.all()]
    assert any(token in held() for token in sealed), "the test looks in the wrong place"
    assert services.purge(NOW + timedelta(days=31)) == 40
    assert not [token for token in sealed if token in held()]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone()[0] == 0, "the setting is put back"


def held() -> bytes:
    """Every byte of the database's file and its log."""
    name = str(connection.settings_dict["NAME"])
    parts = [Path(f"{name}{suffix}") for suffix in ("", "-wal")]
    return b"".join(part.read_bytes() for part in parts if part.is_file())
