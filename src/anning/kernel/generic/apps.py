"""The Django application `kernel.generic`."""

from django.apps import AppConfig


class GenericConfig(AppConfig):
    """Registers `anning.kernel.generic` under the label `generic`."""

    name = "anning.kernel.generic"
    label = "generic"
    default_auto_field = "django.db.models.BigAutoField"
