"""The Django application `kernel.places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers `anning.kernel.places` under the label `places`."""

    name = "anning.kernel.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
