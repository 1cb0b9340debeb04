"""The operations that hand incidents over as EIDO and take them in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Router, Schema

from anning.domains.calls.schemas import PurposeIn
from anning.gateway.interfaces.eido import services
from anning.kernel.generic.api.auth import asking
from anning.kernel.work.errors import RefusedError
from anning.wire.eido.codec import CONTENT_TYPE, decode, encode
from anning.wire.eido.values import EidoError

router = Router(tags=["interfaces"])


class TakenOut(Schema):
    """The incident an object opened or joined, and how many of its calls were new."""

    number: str
    calls: int


@router.get("items/{number}/eido", response=dict[str, Any], summary="An incident as EIDO, without who called")
def plain(request: HttpRequest, number: str) -> HttpResponse:
    """NENA EIDO 1.0."""
    told = services.hand_over(asking(request), number, timezone.now())
    return HttpResponse(encode(told), content_type=CONTENT_TYPE)


@router.post("items/{number}/eido", response=dict[str, Any], summary="An incident as EIDO, with who called")
def with_callers(request: HttpRequest, number: str, body: PurposeIn) -> HttpResponse:
    """For a stated purpose; who looked, when and why is written to the audit trail."""
    told = services.hand_over(asking(request), number, timezone.now(), purpose=body.purpose)
    return HttpResponse(encode(told), content_type=CONTENT_TYPE)


@router.post("eido", response=TakenOut, summary="Take another agency's incident in")
def take(request: HttpRequest, body: Body[dict[str, Any]], category: str = "") -> dict[str, Any]:
    """The body is an EIDO 1.0; the same again adds nothing. `category`: the city's own, else the object's."""
    try:
        told = decode(request.body)
    except EidoError as error:
        raise RefusedError(str(error)) from error
    item, fresh = services.take_in(asking(request), told, category, timezone.now())
    return {"number": item.number, "calls": fresh}
