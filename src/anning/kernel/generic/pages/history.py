"""Everything that happened to an item: its changes, and for those who oversee work the audit trail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.audit.models import Entry
from anning.kernel.audit.selectors import trail
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW, Kind
from anning.kernel.contract.roles import OVERSIGHT
from anning.kernel.generic.present.items import crumbs, head
from anning.kernel.generic.present.timeline import changed_fields, verb_title
from anning.kernel.generic.selectors import overseen
from anning.kernel.work.models import Change
from anning.kernel.work.selectors.items import involved, timeline
from anning.kernel.work.services.timeline import subject

MOST = 500


@require_safe
def history(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """All changes of an item for those who see it; its audit trail for those who oversee work there.

    Who oversees without seeing the item (an auditor) learns its number, never its title or what was said.
    """
    seer = viewer(request)
    item = overseen(seer, number, kind)
    declared = registry.kind(item.kind)
    agencies, units = involved(item)
    sees = seer.scope(declared, VIEW).admits(item.area_code, agencies, units)
    oversees = seer.scope_of(declared.code, OVERSIGHT).admits(item.area_code, agencies, units)
    changes = list(timeline(item).reverse()[:MOST]) if sees else []
    context: dict[str, Any] = {
        "item": head(item) if sees else {"number": item.number, "kind": declared.title, "title": _("Audit trail")},
        "changes": [_change(declared, change) for change in changes],
        "trail": [_entry(entry) for entry in trail(subject(item))[:MOST]] if oversees else None,
        "page": {"shown": len(changes), "total": item.version},
        "crumbs": crumbs(declared, item) if sees else [],
    }
    return render(request, "generic/history.html", context)


def _change(kind: Kind, change: Change) -> dict[str, Any]:
    return {
        "at": change.at,
        "actor": change.actor,
        "verb": verb_title(kind, change.verb),
        "reason": change.reason,
        "fields": changed_fields(kind, change),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    place = f"{entry.lane}.{entry.seq}"
    return {"at": entry.at, "actor": entry.actor, "action": entry.action, "purpose": entry.purpose, "place": place}
