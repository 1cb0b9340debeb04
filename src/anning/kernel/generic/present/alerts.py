"""An alert in words."""

from typing import Any

from django.utils.translation import gettext as _

from anning.kernel.contract import registry
from anning.kernel.generic.present.items import head
from anning.kernel.work.models import Alert


def alert_shown(alert: Alert) -> dict[str, Any]:
    """An alert as `generic/alerts.html` shows it; its cause is `what:detail…` (see where alerts are made)."""
    what, _colon, detail = alert.cause.partition(":")
    titles = {rule.code: rule.title for rule in registry.kind(alert.item.kind).clocks}
    clock = titles.get(detail.partition(":")[0], "")
    shown = {
        "breach": (_("Time limit passed: %(clock)s") % {"clock": clock}, "problem", "alert"),
        "webhook": (_("A webhook could not be delivered"), "problem", "link"),
        "task": (_("Your unit is sent"), "active", "car"),
        "report": (_("A unit in the field waits for your answer"), "problem", "car"),
    }
    title, tone, icon = shown.get(what, (_("Something is asked of you here"), "new", "bell"))
    return {"id": alert.pk, "at": alert.at, "title": title, "tone": tone, "icon": icon, "item": head(alert.item)}
