"""Telling people on duty that something is asked of them: an agency's, or the desk; once each."""

from datetime import datetime

from anning.kernel.contract.roles import DISPATCHER, PARTNER, SUPERVISOR
from anning.kernel.org.models import Agency
from anning.kernel.org.selectors import holders_on_duty
from anning.kernel.work.models import Alert, Item


def tell_agency(item: Item, agency: Agency, cause: str, now: datetime) -> list[str]:
    """Alert the agency's partners on duty about an item, inside the caller's transaction; returns whom."""
    reached = list(holders_on_duty(PARTNER.code, item.area_code, now, [agency.pk]))
    alerts = [Alert(user=user, item=item, cause=cause, at=now) for user in reached]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    return [user.username for user in reached]


def tell_dispatchers(item: Item, cause: str, now: datetime) -> list[str]:
    """Alert the dispatchers on duty over an item's area, supervisors where there is none; returns whom."""
    for role in (DISPATCHER, SUPERVISOR):
        reached = list(holders_on_duty(role.code, item.area_code, now, kind=item.kind))
        if reached:
            break
    alerts = [Alert(user=user, item=item, cause=cause, at=now) for user in reached]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    return [user.username for user in reached]
