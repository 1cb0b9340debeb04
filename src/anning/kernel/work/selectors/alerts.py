"""What a person is told."""

from django.db.models import QuerySet

from anning.kernel.access.scope import Viewer
from anning.kernel.work.models import Alert


def unseen_alerts(viewer: Viewer, limit: int = 100) -> QuerySet[Alert]:
    """The viewer's alerts not seen yet, newest first."""
    return (
        Alert.objects.filter(user_id=viewer.user_id or 0, seen_at=None).select_related("item").order_by("-at")[:limit]
    )


def unseen_count(viewer: Viewer) -> int:
    """How many alerts wait for the viewer."""
    return Alert.objects.filter(user_id=viewer.user_id, seen_at=None).count() if viewer.user_id else 0
