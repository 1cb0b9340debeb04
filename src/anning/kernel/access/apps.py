"""The Django application `kernel.access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers `anning.kernel.access` under the label `access`."""

    name = "anning.kernel.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
