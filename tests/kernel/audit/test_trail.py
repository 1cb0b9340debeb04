"""The trail as written: who, what, when; only inside a transaction, only appended, its key kept elsewhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from anning.kernel.access.scope import SYSTEM, Viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import heads, trail, verify
from anning.kernel.audit.services import record
from tests.factories import NOW, user
from tests.kernel.audit.writing import ROWS, write

pytestmark = pytest.mark.django_db


def test_an_untouched_trail_has_no_fault() -> None:
    write()
    assert list(verify()) == []
    assert sum(seq for _lane, seq, _code in heads()) == ROWS


def test_an_entry_says_who_did_what_to_what_when_and_why() -> None:
    record(Viewer(7, "033107"), "close", "work.item:5", {"b": 1, "a": "Ⅱ"}, purpose="核实\0", at=NOW)
    entry = Entry.objects.get()
    assert (entry.actor_id, entry.actor, entry.action, entry.subject) == (7, "033107", "close", "work.item:5")
    assert (entry.at, entry.purpose, entry.body) == (NOW, "核实", '{"a":"Ⅱ","b":1}')
    assert list(verify()) == []


def test_nothing_is_recorded_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(SYSTEM, "test", "x", {})


def test_what_is_rolled_back_leaves_no_entry_and_no_gap() -> None:
    write(2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        _ = 1 / 0
    write(1)
    assert list(verify()) == []
    assert Entry.objects.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x'",
        "UPDATE audit_entry SET code = code",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq > 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(statement: str) -> None:
    write(2)
    refuse(statement)


def test_the_database_refuses_to_replace_or_empty() -> None:
    write(2)
    if connection.vendor == "sqlite":
        for verb in ("INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"):
            refuse(f"{verb} INTO audit_entry SELECT * FROM audit_entry WHERE seq = 1")
    else:
        refuse("TRUNCATE audit_entry")
        refuse(
            "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 1 ON CONFLICT (id) DO UPDATE SET actor = 'x'"
        )


def refuse(statement: str) -> None:
    before = list(Entry.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Entry.objects.order_by("pk").values()) == before


def test_the_key_is_nowhere_in_the_database() -> None:
    write()
    secrets = {settings.AUDIT_KEY.hex(), settings.SECRET_KEY, *settings.PERSONAL_KEYS}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                text = " ".join(bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for v in row)
                assert not [secret for secret in secrets if secret in text], table
    if connection.vendor == "sqlite" and Path(str(connection.settings_dict["NAME"])).is_file():
        held = Path(str(connection.settings_dict["NAME"])).read_bytes()
        assert settings.AUDIT_KEY not in held
        assert settings.SECRET_KEY.encode() not in held


def test_the_trail_of_a_subject_is_newest_first() -> None:
    write()
    record(SYSTEM, "again", "work.item:3", {}, at=NOW + timedelta(days=1))
    assert [entry.action for entry in trail("work.item:3")] == ["again", "test"]


class TestSigningIn:
    """Signing in, out, failing to and being locked out stand in the trail."""

    @pytest.fixture(autouse=True)
    def plain_static_files(self, settings) -> None:
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

    def test_in_and_out(self) -> None:
        who = user()
        client = Client()
        assert client.post("/accounts/login/", {"login": who.username, "password": "Sea-Wall-2026"}).status_code == 302
        client.post("/accounts/logout/")
        found = Entry.objects.order_by("pk").values_list("action", "actor_id", "subject")
        assert list(found) == [
            ("sign-in", who.pk, f"org.user:{who.pk}"),
            ("sign-out", who.pk, f"org.user:{who.pk}"),
        ]

    def test_failures_up_to_the_lock(self) -> None:
        who = user()
        client = Client()
        for _ in range(settings.AXES_FAILURE_LIMIT):
            answer = client.post("/accounts/login/", {"login": who.username, "password": "wrong"})
        assert answer.status_code == 429
        actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
        assert actions.count("sign-in-failed") >= settings.AXES_FAILURE_LIMIT - 1
        assert "sign-in-locked" in actions
        assert set(Entry.objects.values_list("subject", flat=True)) == {f"org.user:{who.pk}"}

    def test_a_password_typed_where_the_number_goes_is_not_kept(self) -> None:
        Client().post("/accounts/login/", {"login": "My-Secret-Wall-1", "password": "wrong"})
        entry = Entry.objects.get(action="sign-in-failed")
        assert entry.subject == "org.user:unknown"
        assert "secret-wall" not in f"{entry.actor}{entry.body}{entry.purpose}".lower()
