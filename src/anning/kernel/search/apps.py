"""The Django application `kernel.search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers `anning.kernel.search` under the label `search`."""

    name = "anning.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
