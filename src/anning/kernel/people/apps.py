"""The Django application `kernel.people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers `anning.kernel.people` under the label `people`."""

    name = "anning.kernel.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
