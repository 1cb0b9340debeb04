"""The Django application `kernel.audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers `anning.kernel.audit` under the label `audit`."""

    name = "anning.kernel.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
