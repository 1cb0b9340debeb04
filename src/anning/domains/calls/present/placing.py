"""A placement of posts in words and on the map, beside today's."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anning.domains.calls.present.lengths import clock
from anning.domains.calls.present.planning import percent
from anning.domains.calls.selectors.planning.placing import MOST_SITES, TIME_LIMIT_S, Plan
from anning.engines.space.cells import cell_boundary
from anning.kernel.travel.selectors.matrix import DETOUR, STRAIGHT_KMH

MODELS = ("p_median", "mclp", "mexclp")


def models() -> list[tuple[str, str]]:
    """The models with what each aims at."""
    words = {
        "p_median": _("least mean travel (p-median)"),
        "mclp": _("most incidents in time (MCLP)"),
        "mexclp": _("most in time though units are busy (MEXCLP)"),
    }
    return [(model, words[model]) for model in MODELS]


def rows(found: Plan) -> list[dict[str, Any]]:
    """Today's stations and the proposed posts."""
    sides = (found.now, found.placement.sites)
    words = {"minutes": f"{found.asked.within_min:g}"}
    told = [
        (_("Posts"), [f"{len(one)}" for one in sides]),
        (_("Incidents within %(minutes)s min of a post") % words, [_interval(*found.covered(one)) for one in sides]),
        (_("Mean travel from the nearest post"), [_mean(found, one) for one in sides]),
    ]
    if found.asked.model == "mexclp":
        told.append((aim(), [_interval(*found.expected(one)) for one in sides]))
    return [{"label": label, "cells": cells} for label, cells in told]


def aim() -> str:
    """What MEXCLP makes as large as it can."""
    return _("Share expected to find a free unit in time")


def proof(found: Plan) -> str:
    """How good the placement surely is."""
    form = percent if found.worth.size else clock
    words = {"value": form(found.value(found.placement.sites)), "bound": form(found.bound)}
    words |= {"gap": percent(found.placement.gap), "limit": f"{TIME_LIMIT_S:g}"}
    if found.placement.proven:
        return _("Proven: no choice of as many of these sites does better than %(value)s.") % words
    return _("Reached %(value)s; no choice can do better than %(bound)s, a gap of %(gap)s after %(limit)s s.") % words


def assumptions(found: Plan) -> list[str]:
    """What every figure of the page rests on."""
    words = {"sites": f"{len(found.sites)}", "most": str(MOST_SITES), "busy": percent(found.asked.busy)}
    words |= {"cells": f"{len(found.cells.cell)}", "resolution": str(found.cells.resolution)}
    words |= {"detour": f"{DETOUR:g}", "speed": f"{STRAIGHT_KMH:g}", "n": f"{len(found.log):,}"}
    words |= {"guessed": f"{int(found.guessed[found.cells.of].sum()):,}"}
    said = [
        _("%(n)s incidents of the period stand for the demand to come; the interval is that of their number alone."),
        _("Posts may be at today's stations and in the middle of the busiest map cells, %(sites)s sites in all."),
        _(
            "Incidents are gathered into %(cells)s map cells (H3, resolution %(resolution)s); ways lead "
            "to the middle of those in a cell."
        ),
        _("Travel times are those of the road network with the siren on, without closures.")
        if found.by_road
        else _("The city has no road network: travel is the straight line × %(detour)s at %(speed)s km/h."),
    ]
    if found.by_road and found.guessed.any():
        said.append(
            _(
                "%(guessed)s incidents lie where no road of the network leads: there the straight line × "
                "%(detour)s at %(speed)s km/h is taken."
            )
        )
    if found.asked.model == "mexclp":
        said.append(
            _("Each unit is busy %(busy)s of the time, one independently of the other; several posts may share a site.")
        )
    else:
        said.append(_("The nearest post always has a free unit."))
    return [one % words for one in said]


def roster(found: Plan) -> str:
    """The proposed posts as the replay laboratory takes them."""
    return ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in (found.sites[row] for row in found.placement.sites))


def features(found: Plan, layer: str) -> list[dict[str, Any]]:
    """Today's stations (`now`), the proposed posts (`proposed`) or the cells that stay uncovered (`uncovered`)."""
    if layer == "uncovered":
        return _uncovered(found)
    chosen = found.now if layer == "now" else found.placement.sites
    today, count = set(found.now.tolist()), Counter(chosen.tolist())
    return [_post(found.sites[row], layer, n, row in today) for row, n in count.items()]


def _post(point: tuple[float, float], layer: str, units: int, kept: bool) -> dict[str, Any]:
    word = (
        _("Station of today")
        if layer == "now"
        else _("Proposed post, where a station is")
        if kept
        else _("Proposed post")
    )
    properties = {
        "title": word,
        "text": _("%(n)s posts") % {"n": units} if units > 1 else "",
        "letter": (pgettext("map letter", "T") if layer == "now" else pgettext("map letter", "P"))
        + (str(units) if units > 1 else ""),
        "tone": "void" if layer == "now" else "done",
    }
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(point)}, "properties": properties}


def _uncovered(found: Plan) -> list[dict[str, Any]]:
    nearest, reached = found.nearest_s(found.placement.sites), found.within(found.placement.sites)
    before = found.within(found.now)
    drawn = []
    for row in range(len(found.cells.cell)):
        if reached[row] and before[row]:
            continue
        words = {"n": int(found.cells.count[row]), "travel": clock(float(nearest[row]))}
        tone = "better" if reached[row] else "worse" if before[row] else "same"
        title = {"better": _("newly in time"), "worse": _("no longer in time"), "same": _("still not in time")}[tone]
        text = _("%(n)s incidents, %(travel)s from the nearest proposed post") % words
        ring = cell_boundary(int(found.cells.cell[row]))
        geometry = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
        properties = {"title": title, "text": text, "tone": tone, "letter": "", "incidents": words["n"]}
        drawn.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return drawn


def _interval(value: float, low: float, high: float) -> str:
    return f"{percent(value)} ({percent(low)} … {percent(high)})"


def _mean(found: Plan, sites: Any) -> str:
    mean, half = found.mean_travel(sites)
    return f"{clock(mean)} ({clock(mean - half)} … {clock(mean + half)})"
