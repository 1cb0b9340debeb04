"""Getting a demonstration city ready: schema, city, recent weeks behind it, people on duty."""

from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
