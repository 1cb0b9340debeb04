"""What granian serves on the events port."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.project.settings")
django.setup()

from anning.gateway.live.app import Feed  # noqa: E402  # Django must be set up before models are imported

application = Feed()
