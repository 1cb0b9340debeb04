"""Finding and reading files kept with work items."""

from django.core.files.base import File
from django.core.files.storage import default_storage

from anning.kernel.access.scope import Viewer
from anning.kernel.work.errors import NotVisibleError
from anning.kernel.work.models import Attachment
from anning.kernel.work.selectors.items import find


def stored_name(sha256: str) -> str:
    """Where content with this hash lies in the store."""
    return f"{sha256[:2]}/{sha256}"


def attachment(viewer: Viewer, number: str, sha256: str) -> Attachment:
    """A file of an item. Raises `NotVisibleError` when item or file does not exist for the viewer."""
    found = Attachment.objects.filter(item=find(viewer, number), sha256=sha256).first()
    if found is None:
        raise NotVisibleError(sha256)
    return found


def content(kept: Attachment) -> File:  # type: ignore[type-arg]  # Django's File is generic only in its stubs
    """The bytes of a file, open for reading."""
    return default_storage.open(stored_name(kept.sha256), "rb")
