"""A replay in words, tables and charts: each figure with its interval, and all that is assumed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from anning.domains.calls.present.lengths import clock
from anning.domains.calls.selectors.planning.asked import AskedReplay
from anning.domains.calls.selectors.planning.check import Check
from anning.domains.calls.selectors.planning.lab import Trouble
from anning.kernel.travel.selectors.matrix import DETOUR, STRAIGHT_KMH

SERVICES = {
    "police": pgettext_lazy("service", "Police"),
    "fire": pgettext_lazy("service", "Fire"),
    "medical": pgettext_lazy("service", "Ambulances"),
}
BUSIEST = 15
Figures = Mapping[str, Any]


def trouble(found: Trouble) -> tuple[str, str]:
    """Why there is nothing to show, and what to do."""
    words = {"number": f"{found.number:,}", "most": f"{found.most:,}"}
    said = {
        "too_many": (
            _("Too many incidents"),
            _(
                "%(number)s incidents were asked for; at most %(most)s are worked through at once. Choose a "
                "shorter period or a smaller area."
            ),
        ),
        "too_few": (
            _("Too few incidents"),
            _(
                "%(number)s incidents of this service were found here; at least %(most)s with a point are "
                "needed. Choose a longer period or a larger area."
            ),
        ),
        "no_units": (
            _("No units"),
            _("No unit of this service with a station or a position exists in this area: there is nobody to send."),
        ),
        "too_many_units": (
            _("Too many units"),
            _("%(number)s units were asked for; at most %(most)s are worked through at once. Choose a smaller area."),
        ),
        "nobody_left": (
            _("Nobody left"),
            _("The changed roster has no unit left: take away fewer."),
        ),
    }
    title, text = said[found.code]
    return title, text % words


def minutes(one: Figures) -> str:
    """A time with its interval, minutes and seconds."""
    return with_interval(one, clock)


def share(one: Figures) -> str:
    """A share with its interval, per cent."""
    return with_interval(one, percent)


def with_interval(one: Figures, form: Any) -> str:
    """A value and its interval; a dash for what is not known."""
    if one["value"] is None:
        return "—"
    if one["low"] is None or one["high"] is None:
        return _("%(value)s (too few for an interval)") % {"value": form(one["value"])}
    return f"{form(one['value'])} ({form(one['low'])} … {form(one['high'])})"


def percent(ratio: float) -> str:
    """A share as people read it."""
    return f"{ratio * 100:.1f} %"


def rows(found: Figures) -> list[dict[str, Any]]:
    """The table of both sides beside what was recorded."""
    told, before, after = found["recorded"], found["today"], found["proposed"]
    sides = (before, after)
    within = {"minutes": f"{found['target_s'] / 60:g}"}
    return [
        _row(_("Median response"), minutes(told["median_s"]), *(minutes(one["median_s"]) for one in sides)),
        _row(_("Nine of ten within"), minutes(told["ninth_s"]), *(minutes(one["ninth_s"]) for one in sides)),
        _row(_("Mean response"), "—", *(minutes(one["mean_s"]) for one in sides)),
        _row(_("Share within %(minutes)s min") % within, "—", *(share(one["in_time"]) for one in sides)),
        _row(_("Incidents answered"), f"{told['incidents']:,}", *(f"{one['answered']:,}" for one in sides)),
        _row(_("Had to wait for a free unit"), "—", *(f"{one['waited']:,}" for one in sides)),
        _row(_("Units"), "—", *(f"{one['units']:,}" for one in sides)),
        _row(_("Mean share of time busy"), "—", *(share(one["busy_mean"]) for one in sides)),
    ]


def _row(label: str, *cells: str) -> dict[str, Any]:
    return {"label": label, "cells": cells}


def headline(found: Figures, same: bool) -> str:
    """What the change does, in one sentence."""
    if same:
        return _("Today's roster alone: change units below to see what it would do.")
    change, words = (
        found["change"],
        {"mean": minutes(found["change"]["mean_s"]), "n": f"{found['change']['incidents']:,}"},
    )
    low, high = change["mean_s"]["low"], change["mean_s"]["high"]
    if low is None or high is None or low <= 0 <= high:
        return (
            _("No difference that chance alone could not make: %(mean)s on the mean over the same %(n)s incidents.")
            % words
        )
    if high < 0:
        return _("Sooner there: %(mean)s on the mean over the same %(n)s incidents.") % words
    return _("Later there: %(mean)s on the mean over the same %(n)s incidents.") % words


def curves(found: Figures, same: bool) -> dict[str, Any]:
    """The response curves for `components/chart.html`."""
    named = [(_("today"), found["today"]["curve"])]
    if not same:
        named.append((_("changed roster"), found["proposed"]["curve"]))
    series: list[dict[str, Any]] = [{"name": name, **_percents(one)} for name, one in named]
    if found["recorded"]["curve"]["values"]:
        series.append(
            {"name": _("as recorded"), "values": _percents(found["recorded"]["curve"])["values"], "dashed": True}
        )
    data = {"kind": "line", "unit": "%", "categories": [f"{mark:g}" for mark in found["curve_min"]], "series": series}
    return {
        "id": "response",
        "css": "board--two-thirds",
        "title": _("Share of incidents reached within so many minutes"),
        "subtitle": _("band: 95 %"),
        "size": "tall",
        "data": data,
    }


def _percents(one: Figures) -> dict[str, list[float]]:
    return {name: [round(value * 100, 1) for value in values] for name, values in one.items()}


def workloads(found: Figures) -> dict[str, Any]:
    """The busiest units of the changed roster, with intervals."""
    units = sorted(found["proposed"]["workloads"], key=lambda one: -one["share"]["value"])[:BUSIEST]
    series: dict[str, Any] = {"name": _("share of time busy"), "values": [], "low": [], "high": []}
    for one in units:
        for name in ("value", "low", "high"):
            series["values" if name == "value" else name].append(round((one["share"][name] or 0) * 100, 1))
    data = {"kind": "interval", "unit": "%", "categories": [one["unit"] for one in units], "series": [series]}
    title = _("The busiest units of the changed roster")
    return {
        "id": "workload",
        "css": "board--third",
        "title": title,
        "subtitle": _("line: 95 % interval"),
        "size": "tall",
        "data": data,
    }


def assumptions(found: Figures, asked: AskedReplay) -> list[str]:
    """What every figure of the page rests on."""
    words = {
        name: f"{found[name]:,}"
        for name in ("incidents", "without_point", "assumed_scene", "guessed", "unmet", "cells")
    }
    words |= {"turn_out": f"{asked.turn_out_s:g}", "scene": f"{asked.scene_min:g}", "reserve": str(asked.reserve)}
    words |= {"detour": f"{DETOUR:g}", "speed": f"{STRAIGHT_KMH:g}", "resolution": str(found["resolution"])}
    said = [
        _("One unit is sent to each incident; all units are on duty all the time and wait at their stations."),
        _(
            "A unit that is done takes an incident that waits from where it is, else counts as back at its "
            "station at once. From there it drives after %(turn_out)s s."
        ),
        _(
            "Incidents are gathered into %(cells)s map cells (H3, resolution %(resolution)s); ways lead "
            "to the middle of those in a cell."
        ),
        _(
            "Urgent incidents that wait come first. Intervals are 95 %%; those of means are judged by "
            "20 stretches of the log in a row, those of the difference by the same incidents on both "
            "sides."
        ),
    ]
    said.append(
        _("Travel times are those of the road network with the siren on, without closures.")
        if found["by_road"]
        else _("The city has no road network: travel is the straight line × %(detour)s at %(speed)s km/h.")
    )
    if found["by_road"] and found["guessed"]:
        said.append(
            _(
                "%(guessed)s incidents lie where no road of the network leads: there the straight line × "
                "%(detour)s at %(speed)s km/h is taken."
            )
        )
    if asked.policy == "reserve":
        said.append(_("The last %(reserve)s free units are kept back for incidents of priority 1."))
    if found["assumed_scene"]:
        said.append(_("Of %(assumed_scene)s incidents the time on scene was not recorded: %(scene)s min are taken."))
    if found["without_point"]:
        said.append(_("%(without_point)s incidents without a point are left out."))
    if found["unmet"]:
        said.append(_("%(unmet)s incidents asked for more than any single unit can do: the nearest free unit is sent."))
    if asked.posts:
        said.append(_("At each proposed post stands one unit that can do all that any of today's can."))
    return [one % words for one in said]


def checked(found: Check | None) -> dict[str, Any] | None:
    """The hypercube beside the simulation; None where the model has no answer."""
    if found is None:
        return None
    return {
        "exact": found.exact,
        "rows": [
            _row(_("Mean share of time busy"), *map(percent, found.busy)),
            _row(_("Mean travel with turn-out"), *map(clock, found.travel_s)),
            _row(_("Share that finds nobody free"), *map(percent, found.waits)),
        ],
    }


def compared(kept: list[Any]) -> list[dict[str, Any]]:
    """Kept scenarios as rows of one table."""
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "query": one.query,
            "service": SERVICES[one.result["service"]],
            "period": f"{one.result['since']} … {one.result['until']}",
            "units": one.result["proposed"]["units"],
            "incidents": f"{one.result['incidents']:,}",
            "median": minutes(one.result["proposed"]["median_s"]),
            "ninth": minutes(one.result["proposed"]["ninth_s"]),
            "in_time": share(one.result["proposed"]["in_time"]),
            "target": f"{one.result['target_s'] / 60:g}",
            "change": minutes(one.result["change"]["mean_s"]),
            "made_at": one.made_at,
            "made_by": one.made_by.username,
            "owner": one.made_by_id,
        }
        for one in kept
    ]


def compared_curves(kept: list[Any]) -> dict[str, Any]:
    """The curves of kept scenarios in one chart."""
    first = kept[0].result
    series = [{"name": one.name, **_percents(one.result["proposed"]["curve"])} for one in kept]
    data = {"kind": "line", "unit": "%", "categories": [f"{mark:g}" for mark in first["curve_min"]], "series": series}
    return {
        "id": "compared",
        "title": _("Share of incidents reached within so many minutes"),
        "subtitle": pgettext("chart", "kept scenarios; band: 95 %"),
        "size": "tall",
        "data": data,
    }
