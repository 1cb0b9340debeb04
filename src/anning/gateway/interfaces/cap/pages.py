"""The feed of public warnings and their documents, open to anybody."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from anning.gateway.interfaces.cap import selectors
from anning.kernel.places.selectors import city
from anning.wire.cap.codec import CONTENT_TYPE, encode
from anning.wire.cap.feed import CONTENT, Listed, encode_feed


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The messages of the last seven days, newest first, as Atom."""
    now = timezone.now()
    entries = [Listed(selectors.as_cap(one), _url(request, one.identifier)) for one in selectors.listed(now)]
    found = city()
    author = found.name if found else selectors.sender()
    updated = entries[0].alert.sent if entries else now
    url = request.build_absolute_uri(reverse("cap:feed"))
    return HttpResponse(encode_feed(url, _("Public warnings"), author, updated, entries), content_type=CONTENT)


@require_safe
def document(request: HttpRequest, identifier: str) -> HttpResponse:
    """One message as CAP 1.2."""
    return HttpResponse(encode(selectors.as_cap(selectors.published(identifier))), content_type=CONTENT_TYPE)


def _url(request: HttpRequest, identifier: str) -> str:
    return request.build_absolute_uri(reverse("cap:document", args=[identifier]))
