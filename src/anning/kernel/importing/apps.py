"""The Django application `kernel.importing`."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Registers `anning.kernel.importing` under the label `importing`."""

    name = "anning.kernel.importing"
    label = "importing"
    default_auto_field = "django.db.models.BigAutoField"
