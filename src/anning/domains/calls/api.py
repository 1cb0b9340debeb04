"""Operations of the JSON API that the generic ones do not have: what the domain's pages do, machines do here."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from anning.domains.calls.api_planning import router as planning
from anning.domains.calls.models import Standing, UnitReport
from anning.domains.calls.module import COUNTERS, MAY_TAKE
from anning.domains.calls.present.reports import answer, refusal_of
from anning.domains.calls.schemas import (
    AskedIn,
    AskIn,
    AssignIn,
    AtOddsOut,
    CallIn,
    CallOut,
    ContactOut,
    DecidedOut,
    FinishIn,
    MergedOut,
    MergeIn,
    PositionIn,
    ProposalOut,
    PurposeIn,
    ReclassifyIn,
    RecommendationOut,
    RelocateIn,
    ReportIn,
    RouteIn,
    SettleIn,
    StatisticsOut,
    TakeOverIn,
    TellIn,
    ToldOut,
    Versioned,
    advice_out,
)
from anning.domains.calls.selectors.asked import AskedFigures
from anning.domains.calls.selectors.proposals import Asked, proposals
from anning.domains.calls.selectors.recommendation import recommend
from anning.domains.calls.selectors.reports import meanwhile
from anning.domains.calls.selectors.whereabouts import as_wgs84
from anning.domains.calls.services import board, changing, joint, matters, merging, reports, units
from anning.domains.calls.services.contacts import reveal_contact
from anning.domains.calls.services.intake import Intake, take_call
from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.contract.roles import COMMAND, UNIT, roles
from anning.kernel.figures.selectors import Figure, as_of, compare, total
from anning.kernel.generic.api.schemas import ItemOut, change_out
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.models import Item
from anning.kernel.work.selectors.items import find, summary

CREW = roles(UNIT)
router = Router(tags=["calls"])
router.add_router("", planning)


@router.post("take", response=CallOut, summary="Take a call")
def take(request: HttpRequest, body: CallIn) -> dict[str, Any]:
    """Keep a call; a second submit with the same key answers with the first call and `created` false."""
    data = body.dict()
    key = data.pop("source_key") or request.headers.get("Idempotency-Key", "")
    call, created = take_call(viewer(request), Intake(source_key=key, **data))
    item = call.item
    return {"number": item.number, "call": call.pk, "created": created, "state": item.state, "version": item.version}


@router.post("similar", response=list[ProposalOut], summary="Open incidents that may be the same event")
def similar(request: HttpRequest, body: AskedIn) -> list[dict[str, Any]]:
    """Best first, with score (0 to 1) and reasons."""
    seer = _for(request, MAY_TAKE)
    lon, lat = as_wgs84(body.lon, body.lat, body.system)
    at = body.received_at or timezone.now()
    asked = Asked(body.category, at, lon, lat, body.radius_m, body.address)
    return [
        {"score": found.score, "reasons": dict(found.reasons), "incident": summary(found.item)}
        for found in proposals(seer, asked)
    ]


@router.get("incidents/{number}/recommendation", response=RecommendationOut, summary="Whom to send")
def recommendation(request: HttpRequest, number: str) -> dict[str, Any]:
    """Free units by when they can be there, with every term in seconds, and why each other was passed over.

    `first` are to be sent together; `doubts` and `missing` say what makes the answer less sure than it looks.
    """
    seer = _for(request, COMMAND)
    return advice_out(recommend(seer, find(seer, number, kind="incident"), timezone.now()))


@router.post("incidents/{number}/assign", response=ItemOut, summary="Send units")
def assign(request: HttpRequest, number: str, body: AssignIn) -> dict[str, Any]:
    """All or none; a recommended unit that is left out needs a reason."""
    item = units.assign(
        viewer(request),
        number,
        body.units,
        version=body.version,
        reason=body.reason,
        recommended=body.recommended,
    )
    return _told(item)


@router.post("incidents/{number}/report", response=ItemOut, summary="Report what a unit did")
def report(request: HttpRequest, number: str, body: ReportIn) -> dict[str, Any]:
    """The incident's state follows the furthest unit at work."""
    item = units.report(
        viewer(request),
        number,
        body.unit,
        body.action,
        version=body.version,
        reason=body.reason,
        at=body.at,
    )
    return _told(item)


@router.post("incidents/{number}/take-over", response=ItemOut, summary="Let one unit take over from another")
def take_over(request: HttpRequest, number: str, body: TakeOverIn) -> dict[str, Any]:
    """In one step: there is no moment without a unit."""
    item = units.take_over(viewer(request), number, body.leaving, body.coming, version=body.version, reason=body.reason)
    return _told(item)


@router.post("incidents/{number}/stand-down", response=ItemOut, summary="Stand down all units")
def stand_down(request: HttpRequest, number: str, body: Versioned) -> dict[str, Any]:
    """The incident then waits again."""
    return _told(units.stand_down_all(viewer(request), number, version=body.version, reason=body.reason))


@router.post("incidents/{number}/merge", response=MergedOut, summary="Merge into another incident")
def merge(request: HttpRequest, number: str, body: MergeIn) -> dict[str, Any]:
    """Both calls stay; the merge can be undone."""
    link = merging.merge_into(viewer(request), number, body.into, version=body.version, reason=body.reason)
    return {"link": link.pk, **_told(link.source)}


@router.post("links/{link}/{decision}", response=DecidedOut, summary="Decide on a same-event proposal")
def decide(
    request: HttpRequest, link: int, decision: str, reason: str = "", version: int | None = None
) -> dict[str, Any]:
    """`merge`, `reject` or `unmerge`; `version` is that of the newer incident as seen."""
    verbs = {"merge": merging.merge, "reject": merging.reject, "unmerge": merging.unmerge}
    if decision not in verbs:
        raise RefusedError(f"{decision!r} is no decision: use merge, reject or unmerge")
    decided = verbs[decision](viewer(request), link, version=version, reason=reason)
    return {"link": decided.pk, "state": decided.state}


@router.post("items/{number}/reclassify", response=ItemOut, summary="Change category or priority")
def reclassify(request: HttpRequest, number: str, body: ReclassifyIn) -> dict[str, Any]:
    """Old and new are kept."""
    item = changing.reclassify(
        viewer(request),
        number,
        version=body.version,
        category=body.category,
        priority=body.priority,
        reason=body.reason,
    )
    return _told(item)


@router.post("items/{number}/relocate", response=ItemOut, summary="Correct the place")
def relocate(request: HttpRequest, number: str, body: RelocateIn) -> dict[str, Any]:
    """Area and map cell follow the point."""
    return _told(changing.relocate(viewer(request), number, **body.dict()))


@router.post("incidents/{number}/ask", response=list[ItemOut], summary="Ask agencies to join")
def ask(request: HttpRequest, number: str, body: AskIn) -> list[dict[str, Any]]:
    """Each gets a task with its own state and clock."""
    asked: Sequence[Item] = joint.ask(viewer(request), number, body.agencies, body.what, version=body.version)
    return [_told(item) for item in asked]


@router.post("matters/{number}/route", response=ItemOut, summary="Hand a livelihood matter over")
def route(request: HttpRequest, number: str, body: RouteIn) -> dict[str, Any]:
    """To the agency named, else to the one the city's routes name."""
    return _told(matters.route(viewer(request), number, body.agency, version=body.version, reason=body.reason))


@router.post("matters/{number}/finish", response=ItemOut, summary="Say how a matter was dealt with")
def finish(request: HttpRequest, number: str, body: FinishIn) -> dict[str, Any]:
    """The outcome is kept with the matter."""
    return _told(matters.finish(viewer(request), number, body.outcome, version=body.version))


@router.post("items/{number}/contact/{call}", response=ContactOut, summary="Look at a caller's contact details")
def contact(request: HttpRequest, number: str, call: int, body: PurposeIn) -> dict[str, str]:
    """For a stated purpose; who looked, when and why is written to the audit trail."""
    opened = reveal_contact(viewer(request), number, call, body.purpose)
    return {"name": opened.name, "phone": opened.phone, "note": opened.note}


@router.post("units/me/position", response=dict[str, bool], summary="Tell where one's unit is")
def position(request: HttpRequest, body: PositionIn) -> dict[str, bool]:
    """Taken only while on duty in a unit; `kept` is false for a position older than the one known."""
    return {"kept": board.report_position(viewer(request), body.lon, body.lat, body.at)}


@router.post("units/me/reports", response={200: ToldOut, 409: AtOddsOut}, summary="Tell what one's unit did")
def tell(request: HttpRequest, body: TellIn) -> tuple[int, dict[str, Any]]:
    """Taken once by its key; late words are entered when they happened, what contradicts the record is kept apart."""
    given = body.dict()
    return _became(request, reports.tell(_for(request, CREW), reports.Word(**given)))


@router.post("units/me/reports/{key}", response={200: ToldOut, 409: AtOddsOut}, summary="Settle a report at odds")
def settle(request: HttpRequest, key: UUID, body: SettleIn) -> tuple[int, dict[str, Any]]:
    """The record stands, or the desk is told; what others reported is never overwritten."""
    return _became(request, reports.settle_report(_for(request, CREW), key, body.choice))


def _became(request: HttpRequest, told: UnitReport) -> tuple[int, dict[str, Any]]:
    seer = viewer(request)
    body = answer(seer, told)
    if told.standing != Standing.CONFLICT:
        return 200, body
    changes = [change_out(change) for change in meanwhile(seer, told)]
    return 409, {
        "detail": refusal_of(seer, told),
        "version": told.item.version,
        "changes": changes,
        "report": body,
    }


@router.get("statistics", response=StatisticsOut, summary="Counts with their change on the year")
def statistics(
    request: HttpRequest,
    by: Literal["category", "area", "hour", "weekday", "weekday_hour", "month", "day", "priority"] = "category",
    kind: Literal["incident", "matter"] = "incident",
    since: date | None = None,
    until: date | None = None,
    area: str = "",
    category: str = "",
    depth: Literal[1, 2, 3, 4] = 1,
) -> dict[str, Any]:
    """Without a period the last thirty days. Verdict: −1 fell, 1 rose, 0 chance alone could do it."""
    seer = _for(request, COUNTERS)
    given = {"kind": kind, "area": area, "category": category}
    if since and until:
        given |= {"period": "own", "since": since.isoformat(), "until": until.isoformat()}
    asked = AskedFigures.read(given, timezone.localdate())
    rows = compare(seer, asked.kind, asked.period, by, depth=depth, category=asked.category, area=asked.area)
    whole = total(seer, [asked.kind], asked.period, category=asked.category, area=asked.area)
    return {
        "kind": asked.kind,
        "since": asked.period.start,
        "until": asked.period.end,
        "as_of": as_of(),
        "total": _counted(whole),
        "groups": [_counted(one) for one in rows],
    }


def _for(request: HttpRequest, who: frozenset[str]) -> Viewer:
    """The viewer, as on the page of the same name: for who holds none of its roles there is nothing here."""
    seer = viewer(request)
    if not seer.holds(who):
        raise NotVisibleError(request.path)
    return seer


def _counted(one: Figure) -> dict[str, Any]:
    """A figure as JSON: what is not finite (nothing a year ago) is null."""
    numbers = {"change": one.change, "low": one.low, "high": one.high}
    plain = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
    return {"key": one.key, "now": one.now, "before": one.before, **plain, "verdict": one.verdict, "small": one.small}


def _told(item: Item) -> dict[str, Any]:
    return summary(item)
