"""The operations of the interfaces: public warnings and, where calls are taken, incidents as EIDO."""

from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from anning.gateway.interfaces.cap import selectors
from anning.gateway.interfaces.cap.services import warning
from anning.gateway.interfaces.models import PublicAlert
from anning.gateway.interfaces.schemas import CalledOffIn, WarnedIn, WarningOut
from anning.gateway.interfaces.webhooks.api import router as webhooks
from anning.kernel.generic.api.auth import asking

router = Router(tags=["interfaces"])
router.add_router("", webhooks)
if apps.is_installed("anning.domains.calls"):
    router.add_router("", import_module("anning.gateway.interfaces.eido.api").router)


@router.get("warnings", response=list[WarningOut], summary="Public warnings of the last seven days")
def warnings(request: HttpRequest) -> list[PublicAlert]:
    """Those about work within your scope, newest first."""
    return selectors.issued_lately(asking(request), timezone.now())


@router.post("items/{number}/warnings", response=WarningOut, summary="Warn the public of an urgent incident")
def warn(request: HttpRequest, number: str, body: WarnedIn) -> PublicAlert:
    """Published at once as CAP 1.2 under `/feeds/cap/`."""
    return warning.issue(asking(request), number, _warned(body))


@router.post("warnings/{identifier}/update", response=WarningOut, summary="Replace a public warning")
def update_warning(request: HttpRequest, identifier: str, body: WarnedIn) -> PublicAlert:
    """The new message names the one it replaces."""
    return warning.update(asking(request), identifier, _warned(body))


@router.post("warnings/{identifier}/cancel", response=WarningOut, summary="Call a public warning off")
def cancel_warning(request: HttpRequest, identifier: str, body: CalledOffIn) -> PublicAlert:
    """With words why, in both languages."""
    return warning.cancel(asking(request), identifier, body.text, body.text_en)


def _warned(body: WarnedIn) -> warning.Warned:
    return warning.Warned(**body.dict())
