"""The Django application `gateway.interfaces`."""

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """Registers `anning.gateway.interfaces` under the label `interfaces`."""

    name = "anning.gateway.interfaces"
    label = "interfaces"
    default_auto_field = "django.db.models.BigAutoField"
