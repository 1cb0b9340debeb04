"""Keeping the index in step with the timeline; run by the worker, a moment behind the commits."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from importlib import import_module

from django.utils import timezone

from anning.kernel.audit.transactions import writing
from anning.kernel.contract import registry
from anning.kernel.search import store
from anning.kernel.search.models import Progress
from anning.kernel.search.terms import area_terms, kind_term, text_terms
from anning.kernel.work.models import Change, Item

BATCH = 5000
SETTLE = timedelta(seconds=10)
"""Rows younger than this are indexed but looked at again: a lower id may still commit after a higher one."""


def index(now: datetime | None = None) -> int:
    """Index every item touched since the last run; returns how many. Running it again changes nothing."""
    now, done = now or timezone.now(), 0
    while True:
        progress = Progress.objects.order_by("pk").first() or Progress.objects.create()
        rows = list(
            Change.objects.filter(pk__gt=progress.last_change).order_by("pk").values_list("pk", "item_id", "at")[:BATCH]
        )
        if not rows:
            return done
        with writing():
            done += put({item_id for _, item_id, _ in rows})
            settled = [pk for pk, _, at in rows if at < now - SETTLE]
            Progress.objects.filter(pk=progress.pk).update(
                last_change=max(settled, default=progress.last_change), at=now
            )
        if len(rows) < BATCH or not settled:
            return done


def put(item_ids: Iterable[int]) -> int:
    """Index these items anew, inside the caller's transaction; returns how many there were."""
    items = {item.pk: item for item in Item.objects.filter(pk__in=list(item_ids))}
    texts = _texts(items)
    rows = []
    for pk, item in items.items():
        terms = text_terms(f"{item.number} {item.title} {texts.get(pk, '')}")
        rows.append((pk, terms | area_terms(item.area_code) | {kind_term(item.kind)}))
    store.put(rows)
    return len(rows)


def _texts(items: Mapping[int, Item]) -> dict[int, str]:
    """What each domain adds to its items' text, from the selector its kind names."""
    texts: dict[int, str] = {}
    for kind in registry.kinds():
        mine = [pk for pk, item in items.items() if item.kind == kind.code]
        if mine and kind.text_source:
            package, name = kind.text_source.rsplit(".", 1)
            texts |= getattr(import_module(package), name)(mine)
    return texts
