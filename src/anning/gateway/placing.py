"""Placing posts over files: from a travel matrix to a placement with its bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anning.engines.dispatch.posts.covering import backed_up, cover, expected, once
from anning.engines.dispatch.posts.placement import Placement
from anning.engines.dispatch.posts.pmedian import p_median
from anning.wire.dispatch.sites import Ground, elaspy_files, read_ground, read_instance
from anning.wire.dispatch.tables import write_table


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command asks for: 0 in `posts` or `most_per_site` leaves it to the file or the model."""

    model: str
    posts: int
    within: float
    busy: float
    first: float
    most_per_site: int
    time_limit_s: float
    seed: int


def ground(
    source: tuple[str, str],
    layout: str,
    sites: tuple[str, str] | None,
    demand: tuple[str, str] | None,
    weight: str,
    *,
    from_site: bool,
) -> Ground:
    """What a pmed instance or a travel matrix gives; which of the two is told by its first line if not said."""
    if layout not in ("", "pmed", "matrix"):
        raise ValueError(f"--layout {layout} is not known: pmed, matrix or elaspy")
    head = source[1].lstrip().partition("\n")[0]
    if layout == "pmed" or (not layout and "," not in head):
        return read_instance(*source)
    return read_ground(source, sites=sites, demand=demand, weight=weight, from_site=from_site)


def elaspy(files: Mapping[str, str], weight: str, from_site: bool, sites: tuple[str, str] | None = None) -> Ground:
    """What a folder in the layout of ELASPY gives: siren matrix, bases and inhabitants of the nodes."""
    chosen = elaspy_files(files)
    given = {what: (name, files[name]) for what, name in chosen.items()}
    return read_ground(
        given["matrix"], sites=sites or given["sites"], demand=given["demand"], weight=weight, from_site=from_site
    )


def solve(given: Ground, asked: Asked) -> dict[str, Any]:
    """The placement, its value, bound and gap."""
    posts = asked.posts or given.posts
    if not posts:
        raise ValueError("say how many posts by --posts N")
    if asked.model == "p-median":
        found = p_median(given.travel, given.weight, posts, seed=asked.seed, time_limit_s=asked.time_limit_s)
    else:
        found = _covering(given, asked, posts)
    return {
        "model": asked.model,
        "sites": len(given.site_ids),
        "places": len(given.place_ids),
        "posts": posts,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "proven": found.proven,
        "placement": [given.site_ids[site] for site in found.sites],
    }


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The placement in words."""
    state = "proven best" if found["proven"] else f"gap at most {found['gap']:.3%}"
    yield f"{found['model']}: {found['posts']} posts on {found['sites']:,} sites for {found['places']:,} places"
    yield f"value {found['value']:.9g}, bound {found['bound']:.9g}: {state}"
    placed = Counter(found["placement"])
    yield "sites: " + ", ".join(f"{site} ×{count}" if count > 1 else site for site, count in placed.items())


def table(found: dict[str, Any]) -> str:
    """The placement as a table of sites and how many posts each holds."""
    return write_table(("site", "posts"), list(Counter(found["placement"]).items()))


def _covering(given: Ground, asked: Asked, posts: int) -> Placement:
    if asked.within <= 0:
        raise ValueError(f"{asked.model} needs a limit: give --within, in the unit of the matrix")
    worth = {
        "mclp": lambda: once(posts),
        "mexclp": lambda: expected(posts, asked.busy),
        "backup": lambda: backed_up(posts, asked.first),
    }[asked.model]()
    most = asked.most_per_site or (posts if asked.model == "mexclp" else 1)
    reach = given.travel <= asked.within
    return cover(reach, given.weight, posts, worth, most_per_site=most, time_limit_s=asked.time_limit_s)
