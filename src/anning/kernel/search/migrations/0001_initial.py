"""The search index."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from anning.kernel.search.store import CREATE, DROP


def create(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Make the full-text table of this kind of database."""
    for statement in CREATE[schema.connection.vendor]:
        schema.execute(statement)


def drop(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Remove it."""
    schema.execute(DROP)


class Migration(migrations.Migration):
    """Makes `Progress` and the full-text table."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_change", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "progress of the search index",
                "verbose_name_plural": "progress of the search index",
            },
        ),
        migrations.RunPython(create, drop),
    ]
