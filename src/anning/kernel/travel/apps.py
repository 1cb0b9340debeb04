"""The Django application `kernel.travel`."""

from django.apps import AppConfig


class TravelConfig(AppConfig):
    """Registers `anning.kernel.travel` under the label `travel`."""

    name = "anning.kernel.travel"
    label = "travel"
    default_auto_field = "django.db.models.BigAutoField"
