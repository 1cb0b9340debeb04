"""The Django application `kernel.org`."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Registers `anning.kernel.org` under the label `org`."""

    name = "anning.kernel.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"
