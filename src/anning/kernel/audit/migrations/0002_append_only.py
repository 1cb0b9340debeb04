"""Makes the trail append-only in the database itself: no row is changed or deleted, by whatever program."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MAKE = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
    "postgresql": ["DROP TRIGGER audit_entry_append_only ON audit_entry", "DROP FUNCTION audit_append_only()"],
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
