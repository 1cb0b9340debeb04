"""The Django application of the `calls` domain."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Registers `anning.domains.calls`."""

    name = "anning.domains.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"
