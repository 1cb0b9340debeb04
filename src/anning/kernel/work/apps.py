"""The Django application `kernel.work`."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers `anning.kernel.work` under the label `work`."""

    name = "anning.kernel.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
