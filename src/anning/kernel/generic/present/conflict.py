"""What is shown to the second of two people who acted on one item."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anning.kernel.access.middleware import viewer
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import Kind
from anning.kernel.contract.text import Text
from anning.kernel.generic.present.items import head
from anning.kernel.generic.present.timeline import entries, verb_title
from anning.kernel.work.errors import ConflictError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, since, verbs_for

_NOT_KEPT = ("csrfmiddlewaretoken", "version", "idempotency_key")


def context(request: HttpRequest, error: ConflictError) -> dict[str, Any]:
    """The context of `generic/conflict.html`: what was tried, what happened meanwhile, and the same again if possible.

    Raises:
        NotVisibleError: the item no longer exists for the viewer.
    """
    seer = viewer(request)
    item = find(seer, error.number)
    kind = registry.kind(item.kind)
    asked = request.resolver_match.kwargs if request.resolver_match else {}
    verb = str(asked.get("verb", ""))
    if verb:
        attempt = verb_title(kind, verb)
    elif "link" in asked:
        attempt = verb_title(kind, f"link-{asked.get('state', '')}")
    else:
        attempt = _("Correcting %(number)s") % {"number": item.number}
    made: dict[str, Any] = {
        "item": head(item),
        "attempt": attempt,
        "message": str(error),
        "entries": entries(item, since(item, error.seen)),
    }
    if verb and verb not in {move.verb for move in verbs_for(seer, item)}:
        made["reason"] = _no_longer(kind, item, attempt)
    else:
        made["retry"] = _retry(request, item, attempt)
    return made


def _retry(request: HttpRequest, item: Item, attempt: Text) -> dict[str, Any]:
    fields = [(name, value) for name, values in request.POST.lists() if name not in _NOT_KEPT for value in values]
    return {"url": request.path, "version": item.version, "fields": fields, "title": attempt}


def _no_longer(kind: Kind, item: Item, attempt: Text) -> str:
    state = kind.table.by_code[item.state].title
    return _("“%(verb)s” is no longer possible in the state “%(state)s”.") % {"verb": attempt, "state": state}
