"""What can be asked for: every page with every verb, on one county's things, and the roles it is carried out for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anning.domains.calls.module import COUNTERS, MAY_TAKE
from anning.domains.calls.states import ANSWERING, FIELD, OWNING
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CREATE, EDIT, EXPORT, IMPORT, VIEW, Kind
from anning.kernel.contract.roles import COMMAND, DESK, EVERYONE, OVERSIGHT, READERS
from anning.kernel.importing.selectors import importers_of
from tests.contracts.walking import County

NOBODY: frozenset[str] = frozenset()
UNIT = frozenset({"unit"})
PARTNERS = frozenset({"partner"})
STARTED_IT = frozenset({"supervisor"})
"""An import of the whole city exists for who started it."""
NAMING = ("number", "task", "link", "run", "key", "sha256", "call", "line")
"""Parameters that name something of a county."""
FIRST = {"incident": "busy", "matter": "matter", "joint": "joint", "road_condition": "road"}
"""The item of each kind that is looked at; a kind without one here fails the walk."""
MOVES = {"incident": ("shut", "reopen", COMMAND), "matter": ("routed", "accept", ANSWERING)}
MOVES["joint"] = ("joint", "accept", ANSWERING)
MOVES["road_condition"] = ("road", "lift", DESK)
"""A legal move of each kind: the item, the verb, who may."""

PARTICULARS = {"road_condition": {"effect": "closed", "factor": "2"}}
"""What the form for a new item of a kind asks beside title, priority and place."""


PAST = "period=own&since=2026-01-01&until=2026-12-31"
"""The days the counties' incidents are of."""


@dataclass(frozen=True)
class Try:
    """One request, and the roles for which it does what it is for."""

    name: str
    method: str
    path: str
    may: frozenset[str]
    body: dict[str, Any] = field(default_factory=dict)
    naming: bool = False
    writes: bool = False


def page(name: str, may: frozenset[str], body: dict[str, Any] | None = None, **given: Any) -> Try:
    """A try of the page called `name`; with a body it is posted."""
    writes = body is not None
    naming = any(parameter in given for parameter in NAMING)
    path = reverse(name, kwargs=given or None)
    return Try(name, "post" if writes else "get", path, may, body or {}, naming, writes)


def seen(may: frozenset[str], item: str) -> frozenset[str]:
    """Those of the roles for whom the item exists: the county's unit sees what it is sent to."""
    return (may & READERS) - (NOBODY if item == "busy" else UNIT)


def pages(county: County) -> Iterator[Try]:
    """Every page with every verb on the things of `county`."""
    yield from _everywhere(county)
    for kind in registry.kinds():
        yield from _lists(county, kind)
        yield from _item(county, kind)
    yield from _registers(county)
    yield from _desk(county)
    yield from _verbs(county)


def _everywhere(county: County) -> Iterator[Try]:
    for name in ("home", "search", "alerts", "duty"):
        yield page(f"generic:{name}", EVERYONE)
    yield page("generic:alerts_seen", EVERYONE, {"id": "1"})
    yield page("generic:duty", EVERYONE - PARTNERS, {"where": f"{county.agency.pk}:"})
    yield page("generic:duty", PARTNERS | UNIT, {"where": f"{county.partner.pk}:"})
    yield page("generic:map", frozenset().union(*(kind.may[VIEW] for kind in registry.kinds())))
    for module in registry.modules():
        for layer in module.layers:
            yield page("generic:module_layer", layer.roles, module=module.code, layer=layer.code)


def _lists(county: County, kind: Kind) -> Iterator[Try]:
    yield page("generic:list", kind.may[VIEW], kind=kind.code)
    yield page("generic:work_layer", kind.may[VIEW], kind=kind.code)
    for form in ("csv", "json"):
        yield page("generic:export", kind.may[EXPORT], kind=kind.code, form=form)
    creates = NOBODY if kind.opened_by else kind.may[CREATE]
    yield page("generic:create", creates, kind=kind.code)
    point = {"lon": county.items["busy"].lon, "lat": county.items["busy"].lat}
    given = {"title": f"{county.mark} new", "priority": "2", **point, **PARTICULARS.get(kind.code, {})}
    yield page("generic:create", creates, given, kind=kind.code)
    brought = bool(importers_of(kind.code))
    run = {"kind": kind.code, "run": county.run.pk}
    own = STARTED_IT if brought else NOBODY
    yield page("generic:import", kind.may[IMPORT] if brought else NOBODY, kind=kind.code)
    log = SimpleUploadedFile("log.csv", b"a,b")
    yield page("generic:import", kind.may[IMPORT] if brought else NOBODY, {"file": log}, kind=kind.code)
    yield page("generic:import_run", own, **run)
    yield page("generic:import_rejects", own, **run)
    yield page("generic:import_row", own, **run, line=2)
    yield page("generic:import_row", own, {"drop": "not ours"}, **run, line=2)


def _item(county: County, kind: Kind) -> Iterator[Try]:
    name = FIRST[kind.code]
    one = {"kind": kind.code, "number": county.items[name].number}
    sees = seen(kind.may[VIEW], name)
    corrects = NOBODY if kind.page else seen(kind.may[EDIT], name)
    version = str(county.fresh(name).version)
    yield page("generic:detail", sees, **one)
    yield page("generic:edit", corrects, **one)
    yield page("generic:edit", corrects, {"title": "corrected", "priority": "1", "version": version}, **one)
    yield page("generic:history", sees | OVERSIGHT, **one)
    yield page("generic:file", sees, **one, sha256=county.sha256)
    yield page("generic:note", sees, {"text": "a remark"}, **one)
    yield page("generic:attach", sees, {"file": SimpleUploadedFile("b.txt", b"other words")}, **one)
    name, verb, who = MOVES[kind.code]
    moved = {"kind": kind.code, "number": county.items[name].number, "verb": verb}
    yield page("generic:act", seen(who, name), {"version": str(county.fresh(name).version), "reason": "so"}, **moved)
    if kind.code == "incident":
        linked = {"kind": kind.code, "number": county.items["twin"].number, "link": county.link.pk, "state": "rejected"}
        yield page("generic:link", DESK, {"version": str(county.fresh("twin").version)}, **linked)


def _registers(county: County) -> Iterator[Try]:
    shelves = list(registry.registers())
    yield page("generic:registers", frozenset().union(*(shelf.may[VIEW] for shelf in shelves)))
    for shelf in shelves:
        yield page("generic:register", shelf.may[VIEW], register=shelf.code)
        yield page("generic:register_row", shelf.may[VIEW], register=shelf.code, key=county.keys[shelf.code])
        for form in ("csv", "json"):
            yield page("generic:register_export", shelf.may[EXPORT], register=shelf.code, form=form)


def _desk(county: County) -> Iterator[Try]:
    declared = {one.name: one for module in registry.modules() if module.code == "calls" for one in module.pages}
    for name in (
        "desk",
        "new",
        "similar",
        "places",
        "catalogue",
        "protocol",
        "units",
        "me",
        "me_shell",
        "me_worker",
        "statistics",
        "statistics_csv",
        "replay",
        "replay_cells",
        "posts",
        "posts_places",
    ):
        yield page(f"calls:{name}", declared[name].roles)
    yield page("calls:replay_keep", COUNTERS, {"name": county.mark, "query": PAST})
    yield page("calls:replay_json", COUNTERS, scenario=county.scenario.pk)
    yield page("calls:replay_delete", frozenset({"supervisor"}), {"now": "1"}, scenario=county.scenario.pk)
    asked = page("calls:where", declared["where"].roles)
    lon, lat = county.items["busy"].lon, county.items["busy"].lat
    yield Try(asked.name, "get", f"{asked.path}?lon={lon}&lat={lat}", asked.may)
    busy, matter = county.items["busy"].number, county.items["matter"].number
    yield page("calls:incident", seen(READERS, "busy"), number=busy)
    yield page("calls:panel", seen(READERS, "busy"), number=busy)
    yield page("calls:recommend", COMMAND, number=busy)
    yield page("calls:routes", COMMAND, number=busy)
    yield page("calls:matter", seen(READERS, "matter"), number=matter)
    yield page("calls:contact", DESK, number=busy, call=county.call.pk)
    yield page("calls:contact", DESK, {"purpose": "call back"}, number=busy, call=county.call.pk)
    taken = {"idempotency_key": f"walk-{county.mark}", "received_at": "2026-03-04 10:00", "category": "public"}
    yield page("calls:new", MAY_TAKE, {**taken, "lon": lon, "lat": lat, "narrative": county.mark})
    yield page("calls:me_report", UNIT, {"key": str(uuid4()), "number": busy, "action": "depart"})
    yield page("calls:me_settle", UNIT, {"key": str(county.at_odds), "choice": "yield"})
    yield page("calls:me_position", UNIT, {"lon": lon, "lat": lat})
    yield page("calls:me_duty", UNIT, {"verb": "end"})


def _verbs(county: County) -> Iterator[Try]:
    def verb(name: str, item: str, who: frozenset[str], body: dict[str, Any], **more: str) -> Try:
        found = county.fresh(item)
        given = {"version": str(found.version), "reason": "a reason", **body}
        return page(f"calls:{name}", seen(who, item), given, number=found.number, **more)

    unit, free = county.unit.code, county.free.code
    yield verb("assign", "waiting", COMMAND, {"units": [free]})
    yield verb("report", "busy", FIELD, {"unit": unit, "action": "depart"})
    yield verb("take_over", "busy", COMMAND, {"leaving": unit, "coming": free})
    yield verb("stand_down", "busy", COMMAND, {})
    yield verb("reclassify", "waiting", DESK, {"priority": "1"})
    yield verb("relocate", "waiting", DESK, {"lon": county.items["busy"].lon, "lat": 29.6})
    yield verb("ask", "waiting", COMMAND, {"agencies": [county.agency.code], "what": "close the road"})
    task = county.fresh("joint")
    asked = {"number": county.items["busy"].number, "task": task.number, "verb": "accept"}
    yield page("calls:joint_act", ANSWERING, {"version": str(task.version)}, **asked)
    yield verb("note", "busy", READERS, {"text": "a remark"})
    yield verb("merge_into", "waiting", DESK, {"into": county.items["busy"].number})
    yield verb("act", "shut", COMMAND, {}, verb="reopen")
    yield verb("route", "matter", DESK, {"agency": county.partner.code})
    yield verb("finish", "handed", OWNING, {"outcome": "settled"})
    yield verb("matter_act", "routed", ANSWERING, {}, verb="accept")
    yield page("calls:merge", DESK, {"version": str(county.fresh("twin").version)}, link=county.link.pk)
    yield page("calls:reject", DESK, {"version": str(county.fresh("twin").version)}, link=county.link.pk)
    away = str(county.fresh("goes").version)
    yield page("calls:unmerge", DESK, {"version": away, "reason": "two events"}, link=county.merged.pk)
