"""Every operation of the API on one county's things, and the roles it is carried out for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from anning.domains.calls.module import COUNTERS, MAY_TAKE
from anning.domains.calls.states import FIELD, OWNING
from anning.gateway.interfaces.webhooks.selectors import SUBSCRIBERS
from anning.kernel.contract import registry
from anning.kernel.contract.kinds import CREATE, EDIT, EXPORT, IMPORT, LINK, VIEW, Kind
from anning.kernel.contract.roles import COMMAND, DESK, EVERYONE, OVERSIGHT, READERS
from anning.kernel.importing.selectors import importers_of
from tests.contracts.tries import FIRST, MOVES, PAST, STARTED_IT, Try, seen
from tests.contracts.walking import County

Body = dict[str, Any] | list[Any] | None


def call(name: str, method: str, path: str, may: frozenset[str], body: Body = None, *, naming: bool = False) -> Try:
    """A try of the operation called `name`."""
    return Try(name, method, f"/api/v1{path}", may, body or {}, naming, method != "get")  # type: ignore[arg-type]


def operations(county: County) -> Iterator[Try]:
    """Every operation on the things of `county`."""
    yield from _everywhere(county)
    for kind in registry.kinds():
        yield from _kind(county, kind)
        yield from _item(county, kind)
        yield from _imports(county, kind)
    for shelf in registry.registers():
        at, code = f"/registers/{shelf.code}", shelf.code
        yield call(f"list_register_{code}", "get", at, shelf.may[VIEW])
        yield call(f"get_register_{code}", "get", f"{at}/{county.keys[code]}", shelf.may[VIEW], naming=True)
        yield call(f"export_register_{code}", "get", f"{at}/export/json", shelf.may[EXPORT])
    yield from _calls(county)
    yield from _verbs(county)
    yield from _warnings(county)
    yield from _webhooks(county)


def _everywhere(county: County) -> Iterator[Try]:
    at = {"lon": county.items["busy"].lon, "lat": county.items["busy"].lat}
    yield call("me", "get", "/me", EVERYONE)
    yield call("start_duty", "post", "/me/duty", EVERYONE - {"partner", "unit"}, {"agency": county.agency.code})
    yield call("end_duty", "delete", "/me/duty", EVERYONE)
    yield call("alerts", "get", "/me/alerts", EVERYONE)
    yield call("alert_seen", "post", "/me/alerts/1/seen", EVERYONE)
    yield call("locate", "post", "/places/locate", EVERYONE, [at])
    yield call("locate_one", "get", f"/places/locate?lon={at['lon']}&lat={at['lat']}", EVERYONE)
    yield call("search_names", "get", "/places/names?q=x", EVERYONE)
    yield call("list_areas", "get", "/places/areas", EVERYONE)
    yield call("search", "get", "/search?q=narrative", EVERYONE)
    yield call("indicators", "get", "/figures/indicators", READERS)
    yield call("layers", "get", "/layers", EVERYONE)
    for module in registry.modules():
        for layer in module.layers:
            yield call("layer", "get", f"/layers/{module.code}/{layer.code}", layer.roles)


def _kind(county: County, kind: Kind) -> Iterator[Try]:
    at, code, may = f"/work/{kind.code}", kind.code, kind.may
    yield call(f"list_{code}", "get", at, may[VIEW])
    yield call(f"layer_{code}", "get", f"{at}/layer", may[VIEW])
    for form in ("csv", "json"):
        yield call(f"export_{code}", "get", f"{at}/export/{form}", may[EXPORT])
    point = {"lon": county.items["busy"].lon, "lat": county.items["busy"].lat}
    opens = may[CREATE] - {"partner"}  # who sees its agency's work hands in calls, not bare items
    if not kind.opened_by:
        yield call(f"open_{code}", "post", at, opens, {"title": f"{county.mark} new", **point})


def _item(county: County, kind: Kind) -> Iterator[Try]:
    name, code, may = FIRST[kind.code], kind.code, kind.may
    found = county.fresh(name)
    at = f"/work/{code}/{found.number}"
    sees = seen(may[VIEW], name)
    yield call(f"get_{code}", "get", at, sees, naming=True)
    yield call(f"timeline_{code}", "get", f"{at}/timeline", sees, naming=True)
    yield call(f"trail_{code}", "get", f"{at}/trail", OVERSIGHT, naming=True)
    yield call(f"file_{code}", "get", f"{at}/files/{county.sha256}", sees, naming=True)
    edited = {"title": "corrected", "version": found.version}
    yield call(f"edit_{code}", "patch", at, seen(may[EDIT], name), edited, naming=True)
    yield call(f"note_{code}", "post", f"{at}/notes", sees, {"text": "a remark"}, naming=True)
    given = {"file": SimpleUploadedFile("b.txt", b"other words")}
    yield call(f"attach_{code}", "post", f"{at}/files", sees, given, naming=True)
    moved, verb, who = MOVES[code]
    there = f"/work/{code}/{county.items[moved].number}/act/{verb}"
    yield call(f"act_{code}", "post", there, seen(who, moved), {"reason": "so"}, naming=True)
    linked = county.items["twin"] if code == "incident" else found
    yield call(
        f"decide_link_{code}",
        "post",
        f"/work/{code}/{linked.number}/links/{county.link.pk}",
        may[LINK] if code == "incident" else frozenset(),
        {"state": "rejected"},
        naming=True,
    )


def _imports(county: County, kind: Kind) -> Iterator[Try]:
    if not importers_of(kind.code):
        return
    at, code = f"/work/{kind.code}/imports", kind.code
    yield call(f"import_run_{code}", "get", f"{at}/{county.run.pk}", STARTED_IT, naming=True)
    yield call(f"rejects_{code}", "get", f"{at}/{county.run.pk}/rejects", STARTED_IT, naming=True)
    row = f"{at}/{county.run.pk}/rejects/2"
    yield call(f"mend_reject_{code}", "put", row, STARTED_IT, {"raw": {"title": "mended"}}, naming=True)
    yield call(f"drop_reject_{code}", "delete", f"{row}?reason=not+ours", STARTED_IT, naming=True)
    given = {"file": SimpleUploadedFile("log.csv", b"a,b")}
    yield call(f"import_{code}", "post", at, kind.may[IMPORT], given)


def _calls(county: County) -> Iterator[Try]:
    lon, lat = county.items["busy"].lon, county.items["busy"].lat
    taken = {"source_key": f"api-{county.mark}", "category": "public", "received_at": "2026-03-04T02:00:00Z"}
    yield call("calls_take", "post", "/calls/take", MAY_TAKE, {**taken, "lon": lon, "lat": lat})
    yield Try("calls_similar", "post", "/api/v1/calls/similar", MAY_TAKE, {"lon": lon, "lat": lat})
    yield call("calls_statistics", "get", "/calls/statistics", COUNTERS)
    one = f"/calls/replay/scenarios/{county.scenario.pk}"
    yield call("calls_replay", "get", f"/calls/replay?{PAST}", COUNTERS)
    yield call("calls_posts", "get", f"/calls/posts?{PAST}", COUNTERS)
    yield call("calls_list_scenarios", "get", "/calls/replay/scenarios", COUNTERS)
    yield call(
        "calls_keep_scenario", "post", "/calls/replay/scenarios", COUNTERS, {"name": "again", **dict(parse_qsl(PAST))}
    )
    yield call("calls_get_scenario", "get", one, COUNTERS, naming=True)
    yield call("calls_delete_scenario", "delete", one, frozenset({"supervisor"}), naming=True)
    at = {"lon": lon, "lat": lat}
    yield call("calls_position", "post", "/calls/units/me/position", frozenset({"unit"}), at)
    unit = frozenset({"unit"})
    word = {"key": str(uuid4()), "number": county.items["busy"].number, "action": "depart"}
    yield call("calls_tell", "post", "/calls/units/me/reports", unit, word, naming=True)
    settled = f"/calls/units/me/reports/{county.at_odds}"
    yield call("calls_settle", "post", settled, unit, {"choice": "yield"}, naming=True)
    looked = f"/calls/items/{county.items['busy'].number}/contact/{county.call.pk}"
    yield call("calls_contact", "post", looked, DESK, {"purpose": "call back"}, naming=True)
    busy = f"/calls/incidents/{county.items['busy'].number}"
    yield call("calls_recommendation", "get", f"{busy}/recommendation", COMMAND, naming=True)


def _warnings(county: County) -> Iterator[Try]:
    at, who = "/interfaces/warnings", frozenset({"supervisor"})
    words = {"event": "fire", "event_en": "fire", "text": "away", "text_en": "away"}
    body = {**words, "expires_at": (timezone.now() + timedelta(hours=1)).isoformat()}
    one = f"{at}/{county.warning}"
    yield call("interfaces_warnings", "get", at, EVERYONE)
    there = f"/interfaces/items/{county.items['twin'].number}/warnings"
    yield call("interfaces_warn", "post", there, who, body, naming=True)
    yield call("interfaces_update_warning", "post", f"{one}/update", who, body, naming=True)
    busy = f"/interfaces/items/{county.items['busy'].number}/eido"
    yield call("eido_plain", "get", busy, seen(READERS, "busy"), naming=True)
    yield call("eido_with_callers", "post", busy, DESK, {"purpose": "hand over"}, naming=True)
    told: dict[str, Any] = {
        "$id": county.mark,
        "lastUpdateTimeStamp": "2026-03-04T02:00:00Z",
        "issuingElementIdentification": "x",
    }
    pos = f"<a><pos>29.5 {county.items['busy'].lon}</pos></a>"
    told |= {"locationComponent": [{"locationByValue": pos}]}
    yield call("eido_take", "post", "/interfaces/eido?category=public", MAY_TAKE, told)
    yield call("interfaces_cancel_warning", "post", f"{one}/cancel", who, words, naming=True)


def _webhooks(county: County) -> Iterator[Try]:
    at, owner = "/interfaces/webhooks", frozenset({"supervisor"})
    one = f"{at}/{county.hook.pk}"
    yield call("webhooks_subscriptions", "get", at, SUBSCRIBERS)
    yield Try("webhooks_subscribe", "post", f"/api/v1{at}", SUBSCRIBERS, {"url": "https://8.8.8.8/hook"}, writes=True)
    yield call("webhooks_deliveries", "get", f"{one}/deliveries", owner, naming=True)
    yield call("webhooks_replay", "post", f"{one}/deliveries/{county.sent.pk}/replay", owner, naming=True)
    yield call("webhooks_unsubscribe", "delete", one, owner, naming=True)


def _verbs(county: County) -> Iterator[Try]:
    def verb(name: str, item: str, who: frozenset[str], shelf: str, **body: Any) -> Try:
        found = county.fresh(item)
        path = f"/calls/{shelf}/{found.number}/{name.replace('_', '-')}"
        given = {"version": found.version, "reason": "a reason", **body}
        return call(f"calls_{name}", "post", path, seen(who, item), given, naming=True)

    unit, free = county.unit.code, county.free.code
    yield verb("assign", "waiting", COMMAND, "incidents", units=[free])
    yield verb("report", "busy", FIELD, "incidents", unit=unit, action="depart")
    yield verb("take_over", "busy", COMMAND, "incidents", leaving=unit, coming=free)
    yield verb("stand_down", "busy", COMMAND, "incidents")
    yield verb("merge", "waiting", DESK, "incidents", into=county.items["busy"].number)
    yield verb("ask", "waiting", COMMAND, "incidents", agencies=[county.agency.code], what="close the road")
    yield verb("reclassify", "waiting", DESK, "items", priority=1)
    yield verb("relocate", "waiting", DESK, "items", lon=county.items["busy"].lon, lat=29.6)
    yield verb("route", "matter", DESK, "matters", agency=county.partner.code)
    yield verb("finish", "handed", OWNING, "matters", outcome="settled")
    for decision, link in (("merge", county.link), ("reject", county.link), ("unmerge", county.merged)):
        yield call("calls_decide", "post", f"/calls/links/{link.pk}/{decision}", DESK, naming=True)
