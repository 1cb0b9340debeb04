"""Makes the trail append-only in the database itself: no row is changed, replaced or deleted, by whatever program."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSE = "SELECT RAISE(ABORT, 'the audit trail is append-only')"
MAKE = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN {REFUSE}; END",
        f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN {REFUSE}; END",
        # INSERT OR REPLACE deletes the old row without asking the trigger on DELETE
        "CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry "
        f"WHERE id = NEW.id OR (lane = NEW.lane AND seq = NEW.seq)) BEGIN {REFUSE}; END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        # a restore may truncate the table of a fresh installation, which is empty
        "CREATE FUNCTION audit_no_truncate() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF EXISTS (SELECT 1 FROM audit_entry) THEN "
        "RAISE EXCEPTION 'the audit trail is append-only'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_no_truncate()",
    ],
}
DROP = {
    "sqlite": [f"DROP TRIGGER audit_entry_no_{verb}" for verb in ("update", "delete", "replace")],
    "postgresql": [
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
        "DROP FUNCTION audit_append_only()",
        "DROP FUNCTION audit_no_truncate()",
    ],
}


def make(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of this kind of database."""
    for statement in MAKE[schema.connection.vendor]:
        schema.execute(statement)


def drop(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Remove them."""
    for statement in DROP[schema.connection.vendor]:
        schema.execute(statement)


class Migration(migrations.Migration):
    """Triggers on `audit_entry`."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
