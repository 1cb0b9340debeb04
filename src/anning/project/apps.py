"""The project as a Django application: base templates, static files, translations."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers `anning.project`."""

    name = "anning.project"
    label = "project"
