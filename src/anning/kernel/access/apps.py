"""The Django application `kernel.access`."""

from django.apps import AppConfig

from anning.kernel.access.lookups import register


class AccessConfig(AppConfig):
    """Registers `anning.kernel.access` under the label `access`."""

    name = "anning.kernel.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the lookup of areas known."""
        register()
