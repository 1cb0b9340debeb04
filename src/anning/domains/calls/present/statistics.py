"""Statistics in words: figures with a verdict, charts, and rows that lead to the list behind them."""

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.catalogue import category_label
from anning.domains.calls.selectors.statistics import Board
from anning.kernel.contract import registry
from anning.kernel.figures.selectors import Figure
from anning.kernel.places.selectors import label

CARDS = 3
ROWS = 12
WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def area_name(code: str) -> str:
    """An area's name; those outside every area are called so."""
    return label(code) if code else _("outside every area")


def figure(one: Figure, title: str, url: str = "") -> dict[str, Any]:
    """A count for `components/figure.html`."""
    shown: dict[str, Any] = {"label": title, "value": f"{one.now:,}", "url": url}
    if not math.isfinite(one.change) or one.before == 0:
        return {**shown, "verdict": "none", "sentence": _("nothing to compare with a year ago")}
    return {
        **shown,
        "change": percent(one.change),
        "low": limited(one.low),
        "high": limited(one.high),
        "middle": limited(one.change),
        "interval": f"{percent(one.low)} … {percent(one.high)}",
        "verdict": {-1: "better", 0: "same", 1: "worse"}[one.verdict],
        "direction": "down" if one.change < 0 else "up" if one.change > 0 else "flat",
        "sentence": verdict(one),
    }


def verdict(one: Figure) -> str:
    """Whether chance alone could do that."""
    if one.verdict < 0:
        return _("a fall, more than chance alone would do")
    if one.verdict > 0:
        return _("a rise, more than chance alone would do")
    return _("few events: chance alone could do this") if one.small else _("not distinguishable from a year ago")


def headline(asked: AskedFigures, found: Board) -> str:
    """The total in one sentence."""
    one = found.total
    words = {
        "kind": registry.kind(asked.kind).plural,
        "count": f"{one.now:,}",
        "start": date_format(asked.period.start, "Y-m-d"),
        "end": date_format(asked.period.end, "Y-m-d"),
    }
    first = _("%(start)s to %(end)s: %(count)s %(kind)s.") % words
    if one.before == 0 or not math.isfinite(one.change):
        return first
    rest = _("%(change)s on the year (95 %% interval %(low)s to %(high)s): %(verdict)s.") % {
        "change": percent(one.change),
        "low": percent(one.low),
        "high": percent(one.high),
        "verdict": verdict(one),
    }
    return f"{first} {rest}"


def cards(asked: AskedFigures, found: Board) -> list[dict[str, Any]]:
    """The total and the largest categories."""
    plural = str(registry.kind(asked.kind).plural)
    first = figure(found.total, _("All %(kind)s") % {"kind": plural}, list_url(asked))
    return [figure(found.calls, _("All calls")), first] + [
        figure(one, category_label(one.key), list_url(asked, category=one.key)) for one in found.categories[:CARDS]
    ]


def charts(asked: AskedFigures, found: Board) -> list[dict[str, Any]]:
    """The charts of the page, for `components/chart.html`."""
    unit = pgettext("unit of counts", "items")
    return [
        _line(asked, found, unit),
        _categories(found, unit),
        _heat(found, unit),
        *_areas(found),
    ]


def _line(asked: AskedFigures, found: Board, unit: str) -> dict[str, Any]:
    form = "m-d" if asked.by == "day" else "Y-m"
    series = [
        {"name": _("this period"), "values": [now for _day, now, _past in found.line]},
        {"name": _("a year before"), "values": [past for _day, _now, past in found.line], "dashed": True},
    ]
    categories = [date_format(day, form) for day, _now, _past in found.line]
    title = _("By day") if asked.by == "day" else _("By month")
    data = {"kind": "line", "unit": unit, "categories": categories, "series": series}
    return {"id": "over-time", "css": "board--two-thirds", "title": title, "data": data}


def _categories(found: Board, unit: str) -> dict[str, Any]:
    rows = found.categories[:ROWS]
    series = [{"name": unit, "values": [one.now for one in rows]}]
    data = {"kind": "rows", "unit": unit, "categories": [category_label(one.key) for one in rows], "series": series}
    return {"id": "by-category", "css": "board--third", "title": _("By category"), "data": data}


def _heat(found: Board, unit: str) -> dict[str, Any]:
    days = [str(day) for day in WEEKDAYS]
    hours = [str(hour) for hour in range(24)]
    series = [{"name": unit, "values": found.heat}]
    data = {"kind": "heat", "unit": unit, "categories": hours, "rows": days, "series": series}
    return {"id": "by-hour", "css": "board--two-thirds", "title": _("By hour and weekday"), "data": data}


def _areas(found: Board) -> list[dict[str, Any]]:
    """Change by area with its interval; areas with nothing a year ago cannot be compared and are left out."""
    rows = [one for one in found.areas if one.key and one.before and math.isfinite(one.high)][:ROWS]
    if not rows:
        return []
    series = {
        "name": _("change"),
        "values": [round(one.change * 100, 1) for one in rows],
        "low": [round(one.low * 100, 1) for one in rows],
        "high": [round(one.high * 100, 1) for one in rows],
    }
    data = {"kind": "interval", "unit": "%", "categories": [area_name(one.key) for one in rows], "series": [series]}
    title, note = _("Change on the year by area"), _("line: 95 % interval")
    return [{"id": "by-area", "css": "board--third", "title": title, "subtitle": note, "data": data}]


def table(asked: AskedFigures, rows: list[Figure], name: Callable[[str], str], field: str) -> list[dict[str, Any]]:
    """Rows of a breakdown; each leads to the list behind it and to the statistics of it alone."""
    return [
        {
            **figure(one, name(one.key)),
            "before": f"{one.before:,}",
            "list_url": list_url(asked, **{field: one.key}),
            "drill_url": "?" + urlencode({**query(asked), field: one.key}) if one.key else "",
        }
        for one in rows
    ]


def query(asked: AskedFigures) -> dict[str, str]:
    """The query string that asks for the same again."""
    parts = {"period": asked.name, "kind": asked.kind, "area": asked.area, "category": asked.category}
    if asked.name == "own":
        parts |= {"since": asked.period.start.isoformat(), "until": asked.period.end.isoformat()}
    return {name: value for name, value in parts.items() if value}


def list_url(asked: AskedFigures, **changes: str) -> str:
    """The list of what a figure counts."""
    parts = {
        "area": asked.area,
        "category": asked.category,
        "since": asked.period.start.isoformat(),
        "until": asked.period.end.isoformat(),
        **changes,
    }
    filled = {name: value for name, value in parts.items() if value}
    return f"{reverse('generic:list', args=[asked.kind])}?{urlencode(filled)}"


def percent(ratio: float) -> str:
    """A change as people read it, with a true minus sign."""
    if not math.isfinite(ratio):
        return "∞"
    return f"{ratio * 100:+.1f} %".replace("-", "−")


def limited(ratio: float) -> float:
    """A change in per cent, within what the drawing has room for."""
    return round(max(-50.0, min(50.0, ratio * 100)), 1) if math.isfinite(ratio) else 50.0
