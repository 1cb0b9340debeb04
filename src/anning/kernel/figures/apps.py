"""The Django application `kernel.figures`."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Registers `anning.kernel.figures` under the label `figures`."""

    name = "anning.kernel.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"
