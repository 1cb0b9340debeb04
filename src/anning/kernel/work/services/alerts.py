"""Marking alerts as seen."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from anning.kernel.access.scope import Viewer
from anning.kernel.audit.transactions import writing
from anning.kernel.work.models import Alert


def mark_seen(viewer: Viewer, alert_ids: Sequence[int], now: datetime | None = None) -> int:
    """Mark the viewer's own alerts among `alert_ids` as seen; returns how many were."""
    with writing():
        mine = Alert.objects.filter(user_id=viewer.user_id or 0, pk__in=list(alert_ids), seen_at=None)
        return mine.update(seen_at=now or timezone.now())
