"""The product's settings with the bare POST beside it."""

from anning.project.settings import *  # noqa: F403  # settings are inherited this way in Django
from anning.project.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "benchmarks.bare"]
ROOT_URLCONF = "benchmarks.urls"
