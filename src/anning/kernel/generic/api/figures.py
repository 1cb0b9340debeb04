"""The indicators the modules declare, for a period and within what the asker may see."""

import math
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from anning.kernel.contract import registry
from anning.kernel.contract.kinds import VIEW
from anning.kernel.figures.indicators import Evaluated, evaluate
from anning.kernel.figures.period import Period
from anning.kernel.generic.api.auth import asking
from anning.kernel.generic.api.problems import PROBLEMS
from anning.kernel.generic.api.schemas import Code
from anning.kernel.work.errors import NotVisibleError, RefusedError

routes = Router(tags=["figures"])
DAYS = 30
LONGEST_DAYS = 10 * 366


class PeriodIn(Schema):
    """Whole days, both ends included; without them the last thirty. `module` narrows to one module's figures."""

    since: date | None = None
    until: date | None = None
    module: Code = ""


class IndicatorOut(Schema):
    """A figure beside the same period a year before.

    `verdict` is −1 for a fall, 1 for a rise, 0 where chance alone could do it; `news` says whether that is good (1)
    or bad (−1). `reading` holds the value with its interval; what was not measured is null.
    """

    module: str
    code: str
    title: str
    unit: str
    caveat: str
    since: date
    until: date
    verdict: int
    news: int
    reading: dict[str, Any]


@routes.get("/indicators", response={200: list[IndicatorOut], **PROBLEMS}, operation_id="indicators")
def indicators(request: HttpRequest, given: Query[PeriodIn]) -> list[IndicatorOut]:
    """Every declared indicator."""
    seer = asking(request)
    if not any(seer.scope(kind, VIEW) for kind in registry.kinds()):
        raise NotVisibleError("figures")
    period = _period(given)
    return [_shown(one, period) for one in evaluate(seer, period, given.module)]


def _period(given: PeriodIn) -> Period:
    try:
        until = given.until or (given.since or timezone.localdate() - timedelta(days=DAYS)) + timedelta(days=DAYS - 1)
        since = given.since or until - timedelta(days=DAYS - 1)
    except OverflowError:
        raise RefusedError(_("Ask for a period of this age.")) from None
    if not timedelta() <= until - since <= timedelta(days=LONGEST_DAYS) or not 1970 <= since.year <= until.year <= 2200:
        raise RefusedError(_("A period ends on or after its first day and is at most ten years long."))
    return Period(since, until)


def _shown(one: Evaluated, period: Period) -> IndicatorOut:
    return IndicatorOut(
        module=one.module.code,
        code=one.indicator.code,
        title=str(one.indicator.title),
        unit=str(one.indicator.unit),
        caveat=str(one.indicator.caveat),
        since=period.start,
        until=period.end,
        verdict=one.reading.verdict,
        news=one.news,
        reading={name: finite(value) for name, value in vars(one.reading).items()},
    )


def finite(value: Any) -> Any:
    """A number as JSON takes it: null for what is none."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
