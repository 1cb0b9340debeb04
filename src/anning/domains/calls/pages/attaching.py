"""The files of an item, kept and served by the generic pages."""

from typing import Any

from django.urls import reverse

from anning.kernel.generic.forms import AttachForm
from anning.kernel.generic.present.detail import files
from anning.kernel.work.models import Item


def files_of(item: Item) -> dict[str, Any]:
    """The files of an item and how one is added, for `generic/_attachments.html`."""
    url = reverse("generic:attach", args=[item.kind, item.number])
    return {"files": files(item), "attach_url": url, "attach_form": AttachForm()}
