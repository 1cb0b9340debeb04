"""What people do with an item: a move, a remark, a decision on a link, a file."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from anning.kernel.access.middleware import viewer
from anning.kernel.access.scope import Viewer
from anning.kernel.generic.forms import AttachForm, NoteForm
from anning.kernel.generic.present.items import item_url
from anning.kernel.generic.selectors import links_of
from anning.kernel.work.errors import NotVisibleError, RefusedError
from anning.kernel.work.media import IMAGES
from anning.kernel.work.models import Item
from anning.kernel.work.models.link import LinkState
from anning.kernel.work.selectors.files import attachment, content
from anning.kernel.work.selectors.items import find
from anning.kernel.work.services import items, links
from anning.kernel.work.services.files import attach as keep

DECISIONS = frozenset({LinkState.ACCEPTED, LinkState.REJECTED, LinkState.UNDONE})


@require_POST
def act(request: HttpRequest, kind: str, number: str, verb: str) -> HttpResponse:
    """Make a move of the kind's table on the version the person saw."""
    seer = viewer(request)
    find(seer, number, kind=kind)
    moved = items.act(seer, number, verb, version=version_of(request), reason=request.POST.get("reason", "")[:2000])
    return _back(seer, moved)


@require_POST
def note(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Add a remark to the timeline."""
    seer = viewer(request)
    found = find(seer, number, kind=kind)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["text"][0]))
        return _back(seer, found)
    return _back(seer, items.note(seer, number, form.cleaned_data["text"]))


@require_POST
def link(request: HttpRequest, kind: str, number: str, link: int, state: str) -> HttpResponse:
    """Accept, reject or undo a link of the item, on the version of its source the person saw."""
    seer = viewer(request)
    found = find(seer, number, kind=kind)
    if state not in DECISIONS or link not in {one.pk for one in links_of(seer, found)}:
        raise NotVisibleError(str(link))
    links.decide(seer, link, state, version=version_of(request), reason=request.POST.get("reason", "")[:2000])
    return _back(seer, found)


@require_POST
def attach(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Keep a file with the item."""
    seer = viewer(request)
    found = find(seer, number, kind=kind)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(form.errors["file"][0]))
        return _back(seer, found)
    given = form.cleaned_data["file"]
    kept = keep(seer, number, given.name, given.read())
    messages.success(request, _("%(name)s is kept with %(number)s.") % {"name": kept.name, "number": found.number})
    return _back(seer, found)


@require_safe
def file(request: HttpRequest, kind: str, number: str, sha256: str) -> FileResponse:
    """A file of the item: pictures in the page, everything else as a download."""
    seer = viewer(request)
    find(seer, number, kind=kind)
    kept = attachment(seer, number, sha256)
    inline = kept.media_type in IMAGES
    response = FileResponse(content(kept), as_attachment=not inline, filename=kept.name, content_type=kept.media_type)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def version_of(request: HttpRequest) -> int:
    """The version of the item the person saw. Raises `RefusedError` when the form does not say."""
    text = request.POST.get("version", "")
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise RefusedError(_("The form does not say which version you saw: reload the page."))
    return int(text)


def _back(seer: Viewer, item: Item) -> HttpResponse:
    """To the item's page; home when the move took it out of the viewer's sight (a partner handing work back)."""
    try:
        return HttpResponseRedirect(item_url(find(seer, item.number)))
    except NotVisibleError:
        return HttpResponseRedirect(reverse("generic:home"))
